//! Watches a client while a scenario is played, for the report.

use std::sync::Arc;

use bytes::BytesMut;
use tp_frames::{FramingError, Packet as _, RawFrame, game};
use tp_game::ACCOUNTS;
use tp_tests::frame::beyond_limits;
use tp_tests::proxy::script::{Action, Event, Flow, Script};
use tp_tests::proxy::{STALLED, take};
use tp_tests::report::Way;

use crate::connection_record::{EndedBy, Recorder};
use crate::rules::Rule;
use crate::scenario::Scenario;
use crate::test_plan::TestPlan;

struct Watcher {
    plan: Arc<TestPlan>,
    recorder: Recorder,
    /// What is played.
    script: Script,
    /// The client has sent what is no frame.
    unframed: bool,
}

/// Plays a scenario, and records and judges what the client does.
pub(crate) fn watched(plan: &Arc<TestPlan>, scenario: &Scenario, recorder: Recorder) -> Script {
    let mut watcher = Watcher {
        plan: Arc::clone(plan),
        recorder,
        script: scenario.play(),
        unframed: false,
    };
    Box::new(move |event, flow| {
        watcher.happens(&event, flow);
        let event = match event {
            Event::Request(request) if request.header.r#type == game::Login::TYPE => {
                Event::Request(watcher.admitted(request, flow))
            }
            event => event,
        };
        (watcher.script)(event, flow);
        watcher.done(flow);
    })
}

impl Watcher {
    /// Records and judges what the client does.
    fn happens(&mut self, event: &Event, flow: &Flow) {
        match event {
            Event::Request(request) => {
                let number = self.recorder.connection();
                let journal = &self.recorder.journal;
                journal.request(number, flow.version, request.clone());
                let mut record = self.recorder.record();
                record.checker.request(request);
                if record.misbehaved {
                    record.requests_after = record.requests_after.saturating_add(1);
                }
            }
            Event::UnframedRequest(bytes) => {
                let number = self.recorder.connection();
                self.recorder.journal.no_frame(number, Way::ToServer, bytes);
                if !std::mem::replace(&mut self.unframed, true) {
                    let (rule, how) = no_frame(bytes);
                    self.recorder.judge(rule, Some(how));
                }
            }
            Event::Reply(reply) => self.recorder.record().checker.reply(reply),
            Event::ClientEnded { left, reset } => {
                let mut record = self.recorder.record();
                if record.ended_by == EndedBy::Server {
                    record.checker.judge(Rule::EndsCleanly, None);
                    return;
                }
                record.ended_by = EndedBy::Client;
                // What was sent too much may be left unread, and that resets.
                let rude = *reset && !flow.has_misbehaved();
                record.checker.ended(*left, rude);
                drop(record);
                let how = if *reset { "reset" } else { "closed" };
                self.recorder.event(format!("{how} by the client"));
            }
            Event::ClientStalled => {
                let how = format!("it took nothing for {} s", STALLED.as_secs());
                self.recorder.judge(Rule::ReadsAll, Some(how));
            }
            Event::UnframedReply(_) | Event::Quiet | Event::GameClosed => {}
        }
    }

    /// Whoever comes is let in; the name may ask for a scenario.
    fn admitted(&mut self, request: RawFrame, flow: &Flow) -> RawFrame {
        let login = flow.version.read(request.clone());
        let name = login.field("username").as_str().unwrap_or_default();
        let name = name.split('@').next().unwrap_or_default();
        if let Some(scenario) = self.plan.by_user(name) {
            self.plan.joined(scenario.name, &mut self.recorder);
            let (id, name) = (scenario.id, scenario.name);
            self.recorder
                .event(format!("the name of the user asks for {id} {name}"));
            self.script = scenario.play();
        }
        let [(guest, password), ..] = ACCOUNTS;
        let (user, password) = ACCOUNTS
            .into_iter()
            .find(|(user, _)| *user == name)
            .unwrap_or((guest, password));
        let fields = serde_json::json!({ "username": user, "password": password });
        let sequence = request.header.sequence;
        let made = flow.version.frame("Login", sequence, fields);
        let whole = made.ok().map(|bytes| BytesMut::from(bytes.as_slice()));
        whole
            .and_then(|mut bytes| take(&mut bytes, false).ok().flatten())
            .unwrap_or(request)
    }

    /// Records what is about to be done to the client.
    fn done(&self, flow: &Flow) {
        let mut record = self.recorder.record();
        let ended = record.ended_by != EndedBy::Nobody;
        if flow.has_misbehaved() && !ended {
            record.misbehaved = true;
            record.unread = !flow.reads();
        }
        drop(record);
        for action in flow.actions() {
            match action {
                Action::Bytes(bytes) => self.told(bytes, flow),
                Action::Finish => self.recorder.event("nothing more is sent"),
                Action::Close if !ended => {
                    self.recorder.event("closed by this server");
                    self.recorder.record().ended_by = EndedBy::Server;
                }
                Action::Close | Action::Pause(_) => {}
            }
        }
    }

    /// Records what the client is sent.
    fn told(&self, bytes: &BytesMut, flow: &Flow) {
        self.recorder.judge(Rule::ReadsAll, None);
        let number = self.recorder.connection();
        let mut rest = bytes.clone();
        let options = beyond_limits(flow.padded);
        while let Ok(Some(frame)) = RawFrame::take(&mut rest, &options) {
            self.recorder.record().checker.said(&frame);
            let frame = flow.version.read(frame);
            self.recorder.journal.received(number, &frame);
        }
        if !rest.is_empty() {
            self.recorder.journal.received_text(number, &rest);
        }
    }
}

/// The rule that these bytes break, and how.
fn no_frame(bytes: &BytesMut) -> (Rule, String) {
    match take(&mut bytes.clone(), false) {
        Err(FramingError::TooLong { length, .. }) => {
            (Rule::SizeLimit, format!("a body of {length} bytes"))
        }
        Err(error) => (Rule::Decodes, error.to_string()),
        Ok(_) => (Rule::Decodes, "it is no frame".into()),
    }
}
