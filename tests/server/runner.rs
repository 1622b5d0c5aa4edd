//! Runs cases: those that only look at several at a time, then the others one by one.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use tp_tests::report::{self, Verdict, milliseconds};

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
    outcome: OnceLock<report::Outcome>,
}

/// After so many cases in a row that found nobody, the server is given up.
const GIVEN_UP: usize = 3;

struct Runner<'a> {
    plan: &'a Plan<'a>,
    jobs: Vec<Job<'a>>,
    unreachable: AtomicUsize,
    gone: AtomicBool,
}

/// Runs what is planned.
pub(crate) fn run(plan: &Plan<'_>) -> Vec<report::Group> {
    let runner = Runner {
        plan,
        jobs: jobs(plan),
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
        let wanted = |case: &&Case| is_wanted(&case.rule.id, plan.only);
        for case in cases.cases.iter().filter(wanted) {
            for (version, refused) in plan.versions {
                if case.rule.versions.contains(version) {
                    jobs.push(Job {
                        group,
                        case,
                        version: *version,
                        refused: refused.as_deref(),
                        outcome: OnceLock::new(),
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
        let jobs: Vec<&Job<'_>> = self.jobs.iter().filter(|job| which(job)).collect();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        job.outcome.get_or_init(|| self.outcome(job));
                    }
                });
            }
        });
    }

    fn outcome(&self, job: &Job<'_>) -> report::Outcome {
        let skipped = |reason| {
            let column = job.version.name();
            report::Outcome::new(column, Verdict::Skipped, Some(reason))
        };
        self.reason_to_skip(job)
            .map_or_else(|| self.tried(job), skipped)
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
        if matches!(ended, Err(Stop::Unreachable(_))) {
            let before = self.unreachable.fetch_add(1, Ordering::Relaxed);
            if before.saturating_add(1) >= GIVEN_UP {
                self.gone.store(true, Ordering::Relaxed);
            }
        } else {
            self.unreachable.store(0, Ordering::Relaxed);
        }
        let (verdict, reason) = match ended {
            Ok(()) => (Verdict::Pass, None),
            Err(Stop::Deviation(why)) => (Verdict::Deviation, Some(why)),
            Err(Stop::Fail(why) | Stop::Unreachable(why)) => (Verdict::Fail, Some(why)),
            Err(Stop::Skip(why)) => (Verdict::Skipped, Some(why)),
        };
        report::Outcome {
            took: milliseconds(began.elapsed()),
            exchange: context.journal.steps(),
            ..report::Outcome::new(job.version.name(), verdict, reason)
        }
    }

    fn report(self) -> Vec<report::Group> {
        let groups = self.plan.groups.iter().map(|group| report::Group {
            number: group.number,
            name: group.name.into(),
            cases: Vec::new(),
        });
        let mut groups: Vec<_> = groups.collect();
        for job in self.jobs {
            let outcome = job.outcome.into_inner();
            let (Some(group), Some(outcome)) = (groups.get_mut(job.group), outcome) else {
                continue;
            };
            let rule = &job.case.rule;
            match group.cases.last_mut() {
                Some(case) if case.id == rule.id => case.outcomes.push(outcome),
                _ => group.cases.push(report::Case {
                    id: rule.id.clone(),
                    rule: rule.text.clone(),
                    source: rule.source.into(),
                    outcomes: vec![outcome],
                }),
            }
        }
        groups.retain(|group| !group.cases.is_empty());
        groups
    }
}
