use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tp_net::{Error, polling::Client};

/// Waits in `poll`, as in select and epoll, until something is answered.
pub fn watch_socket(client: &mut Client) -> Result<(), Error> {
    while client.outstanding() > 0 {
        if let Some(answer) = client.poll() {
            println!("answer {}", answer.id());
            continue;
        }
        // Asked anew each time: falling back to an older version makes another socket.
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, client.wants_write());
        let mut watched: Vec<_> = client
            .socket()
            .into_iter()
            .map(|it| PollFd::new(it, flags))
            .collect();
        let timeout = client
            .next_timeout()
            .and_then(|it| Timespec::try_from(it).ok());
        poll(&mut watched, timeout.as_ref()).ok();
    }
    Ok(())
}
