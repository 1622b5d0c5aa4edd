//! Runs cases: those that only look at several at a time, then the others one by one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tp_tests::report::{self, Verdict};

use crate::case::{Case, Group};
use crate::context::Context;
use crate::outcome::Stop;
use crate::target::Target;
use tp_tests::frame::Version;

/// What is to be run.
pub(crate) struct Plan<'a> {
    pub(crate) target: &'a Target,
    pub(crate) groups: &'a [Group],
    /// Versions to run; those that the server refuses come with the reason.
    pub(crate) versions: &'a [(Version, Option<String>)],
    /// Ids of groups or cases; all if there are none.
    pub(crate) only: &'a [String],
    /// Cases at a time.
    pub(crate) jobs: usize,
    /// When the whole run has to be over.
    pub(crate) until: Instant,
}

/// One case for one version.
struct Job<'a> {
    group: usize,
    case: &'a Case,
    version: Version,
    refused: Option<&'a str>,
}

/// After so many cases in a row that found nobody, the server is given up.
const GIVEN_UP: usize = 3;

struct Runner<'a> {
    plan: &'a Plan<'a>,
    jobs: Vec<Job<'a>>,
    outcomes: Mutex<Vec<Option<report::Outcome>>>,
    unreachable: AtomicUsize,
    gone: AtomicBool,
}

/// Runs what is planned.
pub(crate) fn run(plan: &Plan<'_>) -> Vec<report::Group> {
    let jobs = jobs(plan);
    let outcomes = Mutex::new((0..jobs.len()).map(|_| None).collect());
    let runner = Runner {
        plan,
        jobs,
        outcomes,
        unreachable: AtomicUsize::new(0),
        gone: AtomicBool::new(false),
    };
    runner.run_all(|job| !job.case.rule.alone, plan.jobs);
    runner.run_all(|job| job.case.rule.alone, 1);
    runner.report()
}

fn jobs<'a>(plan: &'a Plan<'a>) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    for (group, cases) in plan.groups.iter().enumerate() {
        for case in cases
            .cases
            .iter()
            .filter(|case| is_wanted(&case.rule.id, plan.only))
        {
            for (version, refused) in plan.versions {
                if case.rule.versions.contains(version) {
                    jobs.push(Job {
                        group,
                        case,
                        version: *version,
                        refused: refused.as_deref(),
                    });
                }
            }
        }
    }
    jobs
}

/// Whether an id is one of these, or inside one: `12.5.1` is inside `12` and `12.5`.
pub(crate) fn is_wanted(id: &str, only: &[String]) -> bool {
    only.is_empty()
        || only.iter().any(|wanted| {
            id.strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
}

impl Runner<'_> {
    fn run_all(&self, which: impl Fn(&Job<'_>) -> bool, threads: usize) {
        let jobs: Vec<usize> = (0..self.jobs.len())
            .filter(|index| self.jobs.get(*index).is_some_and(&which))
            .collect();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    while let Some(index) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        self.run_one(*index);
                    }
                });
            }
        });
    }

    fn run_one(&self, index: usize) {
        let Some(job) = self.jobs.get(index) else {
            return;
        };
        let outcome = match self.reason_to_skip(job) {
            Some(reason) => report::Outcome {
                column: job.version.name().into(),
                verdict: Verdict::Skipped,
                reason: Some(reason),
                expected: None,
                took: 0,
                exchange: Vec::new(),
            },
            None => self.tried(job),
        };
        let mut outcomes = match self.outcomes.lock() {
            Ok(outcomes) => outcomes,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some(place) = outcomes.get_mut(index) {
            *place = Some(outcome);
        }
    }

    fn reason_to_skip(&self, job: &Job<'_>) -> Option<String> {
        if let Some(reason) = job.refused {
            return Some(reason.to_owned());
        }
        if self.gone.load(Ordering::Relaxed) {
            return Some("the server accepts no connections any more".into());
        }
        let over = Instant::now() >= self.plan.until;
        over.then(|| "the time for the whole run is over; see --time-limit".into())
    }

    fn tried(&self, job: &Job<'_>) -> report::Outcome {
        let began = Instant::now();
        let mut context = Context::new(self.plan.target, job.version);
        let ended = (job.case.run)(&mut context);
        let reachable = !matches!(ended, Err(Stop::Unreachable(_)));
        if reachable {
            self.unreachable.store(0, Ordering::Relaxed);
        } else if self
            .unreachable
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(1)
            >= GIVEN_UP
        {
            self.gone.store(true, Ordering::Relaxed);
        }
        let (verdict, reason) = match ended {
            Ok(()) => (Verdict::Pass, None),
            Err(Stop::Deviation(why)) => (Verdict::Deviation, Some(why)),
            Err(Stop::Fail(why) | Stop::Unreachable(why)) => (Verdict::Fail, Some(why)),
            Err(Stop::Skip(why)) => (Verdict::Skipped, Some(why)),
        };
        report::Outcome {
            column: job.version.name().into(),
            verdict,
            reason,
            expected: None,
            took: milliseconds(began.elapsed()),
            exchange: context.journal.steps(),
        }
    }

    fn report(self) -> Vec<report::Group> {
        let mut groups: Vec<report::Group> = self
            .plan
            .groups
            .iter()
            .map(|group| report::Group {
                number: group.number,
                name: group.name.into(),
                cases: Vec::new(),
            })
            .collect();
        let outcomes = match self.outcomes.into_inner() {
            Ok(outcomes) => outcomes,
            Err(poisoned) => poisoned.into_inner(),
        };
        for (job, outcome) in self.jobs.iter().zip(outcomes) {
            let (Some(group), Some(outcome)) = (groups.get_mut(job.group), outcome) else {
                continue;
            };
            match group.cases.last_mut() {
                Some(case) if case.id == job.case.rule.id => case.outcomes.push(outcome),
                _ => group.cases.push(report::Case {
                    id: job.case.rule.id.clone(),
                    rule: job.case.rule.text.clone(),
                    source: job.case.rule.source.into(),
                    outcomes: vec![outcome],
                }),
            }
        }
        groups.retain(|group| !group.cases.is_empty());
        groups
    }
}

pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
