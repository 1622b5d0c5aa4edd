use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tp_net::{Error, polling::Client};

/// Waits in `poll`, as others do in select and epoll, until all is answered.
pub fn watch_socket(client: &mut Client) -> Result<(), Error> {
    while client.outstanding() > 0 {
        if let Some(answer) = client.poll() {
            println!("answer {}", answer.id());
            continue;
        }
        // Asked anew each time: there is none while connecting, and perhaps another one after that.
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, client.wants_write());
        let socket = client.socket().map(|it| PollFd::new(it, flags));
        let mut watched: Vec<_> = socket.into_iter().collect();
        let timeout = client.next_timeout();
        let timeout = timeout.and_then(|it| Timespec::try_from(it).ok());
        poll(&mut watched, timeout.as_ref()).ok();
    }
    Ok(())
}
