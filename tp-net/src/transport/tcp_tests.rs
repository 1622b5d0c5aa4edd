use std::net::TcpListener;
use std::sync::mpsc::channel;

use super::*;

/// Longer than anything here takes, unless it is wrong.
const PATIENCE: Duration = Duration::from_secs(10);

fn pair() -> (TcpSocket, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (far, _) = listener.accept().unwrap();
    far.set_nodelay(true).unwrap();
    far.set_read_timeout(Some(PATIENCE)).unwrap();
    (TcpSocket::new(near).unwrap(), far)
}

fn is_would_block<T>(result: io::Result<T>) -> bool {
    result.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

#[test]
fn a_limit_is_a_power_of_two_that_is_not_too_long_and_more_than_half() {
    for millis in (1..200).chain([1_000, 29_999, 30_000, 32_768, 4_194_304]) {
        let timeout = Duration::from_millis(millis);
        let limit = coarse(timeout);
        assert!(limit <= timeout && timeout < limit * 2, "{millis}");
        assert!(limit.as_millis().is_power_of_two(), "{millis}");
    }
    // Never none at all, and nothing that a system would not take.
    for short in [Duration::ZERO, Duration::from_nanos(1)] {
        assert_eq!(coarse(short), Duration::from_millis(1));
    }
    assert!(coarse(Duration::MAX) < Duration::from_secs(2 * 3600));
}

#[test]
fn it_waits_when_it_is_told_to_and_otherwise_does_not() {
    let (mut near, mut far) = pair();
    let (tell, told) = channel::<()>();
    let peer = std::thread::spawn(move || {
        far.write_all(b"one").unwrap();
        // It is told to go on; and goes on, late, if somebody waits for that who should not.
        let _ = told.recv_timeout(PATIENCE / 2);
        far.write_all(b"two").unwrap();
        told.recv_timeout(PATIENCE).unwrap();
        far
    });
    let mut buffer = [0; 10];
    let count = near
        .wait_and_read(&mut buffer, false, Some(PATIENCE))
        .unwrap();
    assert_eq!(&buffer[..count], b"one");
    assert!(is_would_block(near.read(&mut buffer)));
    tell.send(()).unwrap();
    near.wait(false, None).unwrap();
    let count = near.read(&mut buffer).unwrap();
    assert_eq!(&buffer[..count], b"two");
    assert!(is_would_block(near.read(&mut buffer)));
    tell.send(()).unwrap();
    // Nothing comes, and time runs out.
    let moment = Some(Duration::from_millis(1));
    assert!(is_would_block(near.wait_and_read(
        &mut buffer,
        false,
        moment
    )));
    near.wait(false, moment).unwrap();
    assert!(is_would_block(near.read(&mut buffer)));
    drop(peer.join().unwrap());
    assert_eq!(near.wait_and_read(&mut buffer, false, None).unwrap(), 0);
}

#[test]
fn a_peer_that_does_not_read_keeps_nobody_from_reading() {
    let (mut near, mut far) = pair();
    let mut buffer = [0; 10];
    let moment = Some(Duration::from_millis(1));
    // From here on the socket waits, too, when it writes.
    let waited = near.wait_and_read(&mut buffer, false, moment);
    assert!(is_would_block(waited));
    // If it waits for all the same, what it waits for comes, and far too much is sent.
    let (tell, told) = channel::<()>();
    let mut rescue = far.try_clone().unwrap();
    std::thread::spawn(move || {
        if told.recv_timeout(PATIENCE).is_err() {
            let _ = io::copy(&mut rescue, &mut io::sink());
        }
    });
    let much: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let mut sent = Vec::new();
    loop {
        match near.write(&much) {
            Ok(count) => sent.extend_from_slice(&much[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
        assert!(sent.len() < 1 << 28, "somebody reads");
    }
    tell.send(()).unwrap();
    assert!(is_would_block(near.wait_and_read(&mut buffer, true, None)));
    far.write_all(b"here").unwrap();
    let patience = Some(PATIENCE);
    let count = near.wait_and_read(&mut buffer, false, patience).unwrap();
    assert_eq!(&buffer[..count], b"here");
    // What was said to be sent is, and nothing else.
    let peer = std::thread::spawn(move || {
        let mut came = Vec::new();
        far.read_to_end(&mut came).unwrap();
        came
    });
    drop(near);
    assert!(peer.join().unwrap() == sent);
}

#[test]
fn an_error_is_told_to_who_reads() {
    let (mut near, far) = pair();
    near.write(b"?").unwrap();
    // It hangs up on what it has not read, which is a reset.
    far.peek(&mut [0]).unwrap();
    drop(far);
    near.wait(false, Some(PATIENCE)).unwrap();
    near.wait(false, Some(PATIENCE)).unwrap();
    let error = near.wait_and_read(&mut [0], false, None).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}
