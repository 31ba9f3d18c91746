//! The client against the built-in sandbox: answers by an independent reading of the API document.

use std::sync::Arc;

use smooch_console::api::{ApiSettings, parse_base_url};
use smooch_console::domain::{
    AppId, AuthMethod, ConversationKey, LookupId, MatchedBy, MessagePage, PageRequest, Problem,
    Refused, SmoochId,
};
use smooch_console::sandbox::{Sandbox, SandboxOptions, cast};

use super::clockwork::{Clockwork, NOW};
use super::toy::open_v11;

async fn sandbox() -> Sandbox {
    let now = NOW.parse().unwrap();
    Sandbox::start(SandboxOptions::at(now)).await.unwrap()
}

fn settings(sandbox: &Sandbox, auth: AuthMethod) -> ApiSettings {
    let mut settings = ApiSettings::new(
        parse_base_url(sandbox.base_url()).unwrap(),
        AppId::new(sandbox.app_id()),
        sandbox.key_id().into(),
        sandbox.secret().into(),
    );
    settings.auth = auth;
    settings.timing = Arc::new(Clockwork::quick());
    settings
}

#[tokio::test]
async fn both_ways_to_send_the_key_open_every_door() {
    let sandbox = sandbox().await;
    for auth in [AuthMethod::Basic, AuthMethod::Jwt] {
        let api = open_v11(settings(&sandbox, auth)).unwrap();
        let found = api.fetch_user(LookupId::new("cust-20418")).await.unwrap();
        assert_eq!(found.matched_by, MatchedBy::UserId);
        let user = SmoochId::new(cast::THOUSAND_MESSAGES.id);
        let page = api
            .fetch_messages(ConversationKey::default_of(&user), PageRequest::Newest)
            .await
            .unwrap();
        let MessagePage::Messages { messages, .. } = page else {
            panic!("there is a conversation")
        };
        assert_eq!(messages.len(), 100);
        let app = api.fetch_app().await.unwrap();
        assert_eq!(app.id, AppId::new(sandbox.app_id()));
    }
    assert!(sandbox.requests().iter().all(|asked| asked.status == 200));
}

#[tokio::test]
async fn a_wrong_secret_is_refused_either_way() {
    let sandbox = sandbox().await;
    for auth in [AuthMethod::Basic, AuthMethod::Jwt] {
        let mut settings = settings(&sandbox, auth);
        settings.secret = "wrong".to_owned().into();
        let api = open_v11(settings).unwrap();
        let refused = api.fetch_app().await.unwrap_err();
        // The sandbox's clock is stopped, but the network in front of it sends the real time.
        assert!(
            matches!(
                refused,
                Problem::Refused(Refused::Unauthorized { .. } | Refused::RefusedByClock { .. })
            ),
            "{refused:?}"
        );
    }
}
