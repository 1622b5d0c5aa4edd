//! Runs cases: those that only look at several at a time, then the others one by one. After each it
//! looks whether the server is still there.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use tp_tests::report::{self, Selection, Step, Verdict, Way, milliseconds};

use crate::case::{Case, Group};
use crate::context::Context;
use crate::lifeline::{Lifeline, Seen};
use crate::outcome::Stop;
use crate::probe;
use crate::started_server::{Ended, StartedServer};
use crate::target::Target;
use tp_tests::frame::Version;

/// What is to be run.
pub(crate) struct Plan<'a> {
    pub(crate) target: &'a Target,
    /// The server, where it is of this program's starting.
    pub(crate) started: Option<&'a StartedServer>,
    pub(crate) groups: &'a [Group],
    /// Versions to run; those that the server refuses come with the reason.
    pub(crate) versions: &'a [(Version, Option<String>)],
    /// One that it does not refuse.
    pub(crate) speaks: Version,
    pub(crate) selection: &'a Selection,
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
    tried: Mutex<Option<Tried>>,
}

/// What came of a case.
struct Tried {
    outcome: report::Outcome,
    /// Whether it had a connection at all.
    reached: bool,
    /// Whether the server ended one of its connections, or took none.
    lost: bool,
    /// Whether the server was still there after it.
    settled: bool,
}

struct Runner<'a> {
    plan: &'a Plan<'a>,
    jobs: Vec<Job<'a>>,
    /// Why nothing more can be tried. Held for reading while a case is tried, and for writing while
    /// it is found out who has made the server vanish.
    over: RwLock<Option<String>>,
    lifeline: Mutex<Lifeline<'a>>,
    /// The last case after which the server was there.
    last: Mutex<Option<usize>>,
}

/// What the reason begins with why a case was not even begun.
const NOT_RUN: &str = "not run: ";
const LATE: &str = "the time for the whole run was over; see --time-limit";

/// How often a server that is gone is looked for.
const POLL: Duration = Duration::from_millis(50);

/// Runs what is planned; and says why the run ended before its end, if it did.
pub(crate) fn run(plan: &Plan<'_>) -> (Vec<report::Group>, Option<String>) {
    let runner = Runner {
        plan,
        jobs: jobs(plan),
        over: RwLock::new(None),
        lifeline: Mutex::new(Lifeline::new(plan.target, plan.speaks)),
        last: Mutex::new(None),
    };
    runner.run_all(|job| !job.case.rule.alone, plan.jobs);
    runner.run_all(|job| job.case.rule.alone, 1);
    runner.report()
}

fn jobs<'a>(plan: &'a Plan<'a>) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    for (group, cases) in plan.groups.iter().enumerate() {
        let wanted = |case: &&Case| plan.selection.has(&case.rule.id);
        for case in cases.cases.iter().filter(wanted) {
            for (version, refused) in plan.versions {
                if case.rule.versions.contains(version) {
                    jobs.push(Job {
                        group,
                        case,
                        version: *version,
                        refused: refused.as_deref(),
                        tried: Mutex::new(None),
                    });
                }
            }
        }
    }
    jobs
}

impl Job<'_> {
    /// As people call it: `2.13 (TP03)`.
    fn name(&self) -> String {
        format!("{} ({})", self.case.rule.id, self.version.name())
    }

    /// Whether something is so of what came of it, if it was tried.
    fn look(&self, is_so: impl Fn(&Tried) -> bool) -> bool {
        locked(&self.tried).as_ref().is_some_and(is_so)
    }

    fn settle(&self) {
        if let Some(tried) = locked(&self.tried).as_mut() {
            tried.settled = true;
        }
    }

    fn skip(&self, reason: String) {
        let column = self.version.name();
        *locked(&self.tried) = Some(Tried {
            outcome: report::Outcome::new(column, Verdict::Skipped, Some(reason)),
            reached: false,
            lost: false,
            settled: true,
        });
    }

    /// The server vanished, and this is why this case is blamed; with the last words of the server.
    fn vanished(&self, why: &str, ended: Option<&Ended>) {
        let mut tried = locked(&self.tried);
        let Some(Tried {
            outcome, settled, ..
        }) = tried.as_mut()
        else {
            return;
        };
        *settled = true;
        outcome.verdict = Verdict::Vanished;
        let event = |text: String| Step {
            connection: 0,
            way: Way::Event,
            text,
            bytes: String::new(),
        };
        if let Some(reason) = &outcome.reason {
            outcome.exchange.push(event(reason.clone()));
        }
        outcome.reason = Some(why.to_owned());
        if let Some(Ended { how, lines }) = ended {
            outcome.exchange.push(event(format!("the server: {how}")));
            let lines = lines.iter().map(|line| event(format!("it said: {line}")));
            outcome.exchange.extend(lines);
        }
    }
}

impl<'a> Runner<'a> {
    fn run_all(&self, which: impl Fn(&Job<'_>) -> bool, threads: usize) {
        let jobs = self.jobs.iter().enumerate().filter(|(_, job)| which(job));
        let jobs: Vec<_> = jobs.collect();
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    while let Some((number, job)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        self.run_one(*number, job);
                    }
                });
            }
        });
    }

    fn run_one(&self, number: usize, job: &Job<'_>) {
        {
            let over = self.over.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(reason) = self.reason_to_skip(job, over.as_deref()) {
                return job.skip(reason);
            }
            self.try_case(job);
        }
        if locked(&self.lifeline).look() == Seen::Same {
            job.settle();
            *locked(&self.last) = Some(number);
        } else {
            self.find_out();
        }
    }

    fn reason_to_skip(&self, job: &Job<'_>, over: Option<&str>) -> Option<String> {
        if let Some(reason) = job.refused {
            return Some(reason.to_owned());
        }
        if let Some(reason) = over {
            return Some(format!("{NOT_RUN}{reason}"));
        }
        let late = Instant::now() >= self.plan.until;
        late.then(|| format!("{NOT_RUN}{LATE}"))
    }

    fn try_case(&self, job: &Job<'_>) {
        let began = Instant::now();
        let mut context = Context::new(self.plan.target, job.version);
        let ended = (job.case.run)(&mut context);
        let (verdict, reason) = match ended {
            Ok(()) => (Verdict::Pass, None),
            Err(Stop::Deviation(why)) => (Verdict::Deviation, Some(why)),
            Err(Stop::Fail(why) | Stop::Unreachable(why)) => (Verdict::Fail, Some(why)),
            Err(Stop::Skip(why)) => (Verdict::Skipped, Some(why)),
        };
        *locked(&job.tried) = Some(Tried {
            outcome: report::Outcome {
                took: milliseconds(began.elapsed()),
                exchange: context.journal.steps(),
                ..report::Outcome::new(job.version.name(), verdict, reason)
            },
            reached: context.reached.get(),
            lost: context.lost.load(Ordering::Relaxed),
            settled: false,
        });
    }

    /// The server is not there, or not the one that it was: finds out during which case it vanished,
    /// and goes on if there is one again.
    fn find_out(&self) {
        // When this is got, no case is being tried any more.
        let mut over = self.over.write().unwrap_or_else(PoisonError::into_inner);
        let mut lifeline = locked(&self.lifeline);
        let open = self.jobs.iter().filter(|job| job.look(|it| !it.settled));
        let open: Vec<&Job<'_>> = open.collect();
        if over.is_some() || lifeline.look() == Seen::Same {
            // Another thread has found out.
            return open.iter().for_each(|job| job.settle());
        }
        let mut again = VecDeque::from(self.blame(&open, &mut lifeline, &mut over));
        let together: Vec<_> = again
            .iter()
            .copied()
            .filter(|job| job.look(reached))
            .collect();
        while let Some(job) = again.pop_front() {
            if let Some(reason) = self.reason_to_skip(job, over.as_deref()) {
                job.skip(reason);
                continue;
            }
            self.try_case(job);
            match lifeline.look() {
                Seen::Same => job.settle(),
                _ => again.extend(self.blame(&[job], &mut lifeline, &mut over)),
            }
        }
        let vanished = |it: &Tried| it.outcome.verdict == Verdict::Vanished;
        if !together.is_empty() && !together.iter().any(|job| job.look(vanished)) {
            let why = format!(
                "the server vanished while {} ran at a time, and does not when each runs alone",
                names(&together)
            );
            together.iter().for_each(|job| job.vanished(&why, None));
        }
    }

    /// Blames one of these cases, the only ones since the server was last there, and sees to it that
    /// there is one again. Gives those that are to be tried again, one by one.
    fn blame<'s>(
        &'s self,
        open: &[&'s Job<'a>],
        lifeline: &mut Lifeline<'a>,
        over: &mut Option<String>,
    ) -> Vec<&'s Job<'a>> {
        let first = lifeline.look();
        let seen = match first {
            Seen::Nobody => self.wait(lifeline),
            seen => seen,
        };
        let (there, away): (Vec<&Job<'_>>, Vec<_>) = open.iter().partition(|job| job.look(reached));
        let lost = there.iter().copied().filter(|job| job.look(|it| it.lost));
        let lost: Vec<&Job<'_>> = lost.collect();
        if seen == Seen::Same || first == Seen::Another && lost.is_empty() {
            // It had been busy, or has ended a connection on which nothing was said.
            lifeline.renew();
            open.iter().for_each(|job| job.settle());
            return Vec::new();
        }
        let (ended, back) = self.bring_back(seen);
        if back.is_ok() {
            *lifeline = Lifeline::new(self.plan.target, self.plan.speaks);
        }
        let suspects = if lost.is_empty() { &there } else { &lost };
        let last = locked(&self.last).and_then(|number| self.jobs.get(number));
        let what = match (suspects.as_slice(), last) {
            ([], None) => "the server vanished before the first case".into(),
            ([], Some(last)) => format!("the server vanished right behind {}", last.name()),
            ([one], _) => format!("the server vanished during {}", one.name()),
            (more, _) => format!("the server vanished during one of {}", names(more)),
        };
        let mut again = Vec::new();
        match suspects.as_slice() {
            [] => last
                .into_iter()
                .for_each(|job| job.vanished(&what, ended.as_ref())),
            [one] => one.vanished(&what, ended.as_ref()),
            more if back.is_ok() => again.extend(more),
            more => {
                let which = format!("{what}, which ran at a time; --jobs 1 tells which");
                more.iter()
                    .for_each(|job| job.vanished(&which, ended.as_ref()));
            }
        }
        if let Err(why) = back {
            *over = Some(format!("{what}, {why}"));
        }
        for job in there
            .iter()
            .filter(|job| !suspects.iter().any(|it| std::ptr::eq(*it, **job)))
        {
            job.settle();
        }
        again.extend(away);
        again
    }

    /// Waits for a server that comes back by itself.
    fn wait(&self, lifeline: &mut Lifeline<'_>) -> Seen {
        let began = Instant::now();
        let time = self.plan.target.patience.saturating_mul(2);
        loop {
            let seen = lifeline.look_again();
            let hopeless = self.plan.started.is_some_and(StartedServer::has_ended);
            if seen != Seen::Nobody || hopeless || began.elapsed() >= time {
                return seen;
            }
            thread::sleep(POLL);
        }
    }

    /// Starts the server again if that is this program's business, and lets the players in.
    fn bring_back(&self, seen: Seen) -> (Option<Ended>, Result<(), String>) {
        let (target, version) = (self.plan.target, self.plan.speaks);
        let (ended, back) = match (seen, self.plan.started) {
            (Seen::Nobody, None) => (None, Err("and did not come back".into())),
            (Seen::Nobody, Some(started)) => {
                let alive = || probe::alive(target, version).is_some();
                let (ended, back) = started.start_again(alive);
                (Some(ended), back.map_err(|why| format!("and then: {why}")))
            }
            (Seen::Same | Seen::Another, _) => (None, Ok(())),
        };
        let admitted =
            || probe::admit(target, version).map_err(|why| format!("and when it was back: {why}"));
        (ended, back.and_then(|()| admitted()))
    }

    fn report(self) -> (Vec<report::Group>, Option<String>) {
        let groups = self.plan.groups.iter().map(|group| report::Group {
            number: group.number,
            name: group.name.into(),
            cases: Vec::new(),
        });
        let mut groups: Vec<_> = groups.collect();
        let mut not_run = 0_usize;
        for job in self.jobs {
            let tried = job
                .tried
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner);
            let (Some(group), Some(tried)) = (groups.get_mut(job.group), tried) else {
                continue;
            };
            let outcome = tried.outcome;
            let reason = outcome.reason.as_deref().unwrap_or_default();
            not_run = not_run.saturating_add(usize::from(reason.starts_with(NOT_RUN)));
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
        let over = self
            .over
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let why = over.unwrap_or_else(|| LATE.into());
        let incomplete = (not_run > 0).then(|| format!("{why}; {not_run} were not run"));
        (groups, incomplete)
    }
}

fn reached(tried: &Tried) -> bool {
    tried.reached
}

fn names(jobs: &[&Job<'_>]) -> String {
    let names: Vec<String> = jobs.iter().map(|job| job.name()).collect();
    names.join(", ")
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
