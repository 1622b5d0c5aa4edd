//! Redirects between servers with and without TLS.

use super::*;
use tp_net::game;

/// Sends whoever logs in to `to`.
fn sending_to(to: String) -> Peer {
    Peer::greeting(move |line| {
        line.answer::<game::Login>(game::Redirect { uri: to.into() });
    })
}

#[test]
fn a_redirect_may_lead_to_tls() {
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let game = encrypted_game(identity);
    for api in APIS {
        let peer = sending_to(encrypted(game.local_addr()).to_string());
        let options = options().redirects(1).trust(trust.clone());
        logged_in(api, &peer.address().into(), options).unwrap();
    }
}

#[test]
fn a_redirect_leads_away_from_tls_only_if_that_is_allowed() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let (identity, _folder) = identity();
    let options = options()
        .redirects(1)
        .trust(Trust::pinned([identity.fingerprint()]));
    for api in APIS {
        let peer = sending_to(format!("tp://{}", game.local_addr()));
        let front = TlsFront::start(identity.clone(), peer.address());
        let error = logged_in(api, &encrypted(front.address()), options.clone()).unwrap_err();
        assert!(matches!(error, Error::UnencryptedRedirect(_)), "{error}");
        drop(peer);

        let peer = sending_to(format!("tp://{}", game.local_addr()));
        let front = TlsFront::start(identity.clone(), peer.address());
        let options = options.clone().unencrypted_redirects(true);
        logged_in(api, &encrypted(front.address()), options).unwrap();
    }
}
