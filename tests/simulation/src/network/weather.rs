//! What connections are like, and how often something befalls them.

use super::connection::{Connection, EndState, Pipe, Stage};
use super::fault::Fault;
use crate::random::Random;

/// How bad the network is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    /// How many of a hundred connections something befalls.
    faults: u64,
    /// How many of a hundred are refused, or never heard of again.
    refused: u64,
    lost: u64,
}

impl Weather {
    /// Nothing befalls anybody; but bytes still take their time.
    #[must_use]
    pub(crate) fn fair() -> Self {
        Self {
            faults: 0,
            refused: 0,
            lost: 0,
        }
    }

    /// Something befalls many.
    pub(crate) fn foul(random: &mut Random) -> Self {
        Self {
            faults: random.within(10, 70),
            refused: random.within(0, 10),
            lost: random.within(0, 5),
        }
    }

    /// What a connection is like that is asked for now.
    pub(super) fn connection(
        &self,
        random: &mut Random,
        client: usize,
        host: &str,
        port: u16,
    ) -> Connection {
        let mut own = random.fork();
        let random = &mut own;
        let stage = match random.within(1, 100) {
            it if it <= self.refused => Stage::Refused,
            it if it <= self.refused + self.lost => Stage::Lost,
            _ => Stage::Asked,
        };
        // Some are narrow: few bytes fit, and they come one by one.
        let narrow = random.percent(15);
        let (window, piece, latency) = match narrow {
            // What takes longer than anybody waits is foul weather.
            true if self.faults == 0 => {
                let window = random.size(200, 1_000);
                (window, random.size(20, 200), random.within(1, 3))
            }
            true => (random.size(1, 200), random.size(1, 40), random.within(1, 3)),
            false => {
                let piece = random.pick(&[7, 100, 1500, 70_000]);
                (random.size(2_000, 70_000), piece, random.within(1, 120))
            }
        };
        let mut at_byte = Vec::new();
        let mut timed = Vec::new();
        if random.percent(self.faults) {
            let fault = Fault::any(random);
            match random.within(0, 3) {
                0 => timed.push((random.within(1, 20_000), fault)),
                // Mostly while both sides still agree on how to speak.
                1 => at_byte.push((random.size(0, 1), random.within(0, 3000), fault)),
                _ => at_byte.push((random.size(0, 1), random.within(0, 400), fault)),
            }
        }
        Connection {
            client,
            host: host.to_owned(),
            port,
            stage,
            latency,
            jitter: random.within(0, latency * 2),
            window,
            piece,
            hesitation: random.pick(&[0, 0, 5, 30]),
            random: own,
            at_byte,
            timed,
            pipes: [Pipe::default(), Pipe::default()],
            ends: [EndState::default(), EndState::default()],
        }
    }
}
