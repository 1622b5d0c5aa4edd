//! One outstanding operation: its work, and then its answer in the same place.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::error::Error;

pin_project! {
    /// The one thing that is allocated for an operation.
    #[project = StageProjection]
    enum Stage<F, T> {
        Working {
            #[pin]
            work: F,
        },
        Done {
            result: Option<Result<T, Error>>,
        },
    }
}

/// An operation whose type is not known any more.
pub(super) trait Work: Send {
    /// Moves it on; ready when it has its result.
    fn advance(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()>;

    /// Its result, if it has it: an `Option<Result<T, Error>>`, to be taken.
    fn result(self: Pin<&mut Self>) -> Option<&mut dyn Any>;
}

/// The result of an operation, if it is there, was not taken and is a `T`.
pub(super) fn take_result<T: 'static>(work: Pin<&mut dyn Work>) -> Option<Result<T, Error>> {
    let result: &mut Option<Result<T, Error>> = work.result()?.downcast_mut()?;
    result.take()
}

/// Allocates an operation.
pub(super) fn work<F, T>(work: F) -> Pin<Box<dyn Work>>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    Box::pin(Stage::Working { work })
}

impl<F, T> Work for Stage<F, T>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send,
{
    fn advance(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let StageProjection::Working { work } = self.as_mut().project() {
            let result = std::task::ready!(work.poll(context));
            self.set(Stage::Done {
                result: Some(result),
            });
        }
        Poll::Ready(())
    }

    fn result(self: Pin<&mut Self>) -> Option<&mut dyn Any> {
        match self.project() {
            StageProjection::Working { .. } => None,
            StageProjection::Done { result } => Some(result),
        }
    }
}
