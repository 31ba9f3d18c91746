//! Kept pages of messages, each under its conversation.

use smooch_console::directory::store::{Change, Report, Store};
use smooch_console::domain::facts::Source;
use smooch_console::domain::{
    ApiVersion, ConversationId, ConversationKey, ConversationRef, LookupId, MessagePage, SmoochId,
};
use smooch_console::wire::v11::{self, Bound};

use super::shelf::*;

fn page_of(body: &[u8]) -> MessagePage {
    let page = v11::parse_messages_page(body).unwrap();
    MessagePage::Messages {
        conversation: page.conversation,
        older: Some(Bound::before(&page.messages).unwrap().to_cursor()),
        messages: page.messages,
    }
}

fn look_up(store: &mut Store, json: &str) {
    let user = v11::parse_user(json.as_bytes()).unwrap();
    let report = Report::whole(
        &user,
        ApiVersion::V11,
        key(Source::Api, now().as_millisecond()),
    );
    let change = Change::Report(Box::new(report));
    store.record(&change).unwrap();
}

#[test]
fn pages_of_messages_are_read_back_as_they_were() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    look_up(&mut store, &user("u1", "Mara"));
    let body = br#"{"conversation":{"_id":"c1","unreadCount":2},"previous":"https://x",
        "messages":[{"_id":"m1","type":"text","role":"appUser","text":"hi","received":1709543910.007}]}"#;
    let page = page_of(body);
    let key = ConversationKey::default_of(&SmoochId::new("u1"));
    assert_eq!(store.page(&key).unwrap(), None);
    store
        .save_page(&key, &page, ApiVersion::V11, now())
        .unwrap();
    let kept = store.page(&key).unwrap().unwrap();
    assert_eq!((kept.page, kept.at), (page, now()));
    store
        .save_page(&key, &MessagePage::NoConversation, ApiVersion::V11, now())
        .unwrap();
    let kept = store.page(&key).unwrap().unwrap();
    assert_eq!(kept.page, MessagePage::NoConversation);
}

#[test]
fn each_conversation_keeps_its_own_page_until_the_user_is_forgotten() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    look_up(&mut store, &user("u1", "Mara"));
    let body = br#"{"conversation":{"_id":"c1"},
        "messages":[{"_id":"m1","type":"text","role":"appUser","text":"hi","received":1709543910.007}]}"#;
    let page = page_of(body);
    let first = ConversationKey::default_of(&SmoochId::new("u1"));
    let second = ConversationKey {
        conversation: ConversationRef::Id(ConversationId::new("c2")),
        ..first.clone()
    };
    let mut save = |key: &ConversationKey, page: &MessagePage| {
        store.save_page(key, page, ApiVersion::V11, now()).unwrap();
    };
    save(&first, &page);
    save(&second, &MessagePage::NoConversation);
    let kept = |store: &Store, key: &ConversationKey| {
        let kept = store.page(key).unwrap();
        kept.map(|kept| kept.page)
    };
    assert_eq!(kept(&store, &first), Some(page));
    assert_eq!(kept(&store, &second), Some(MessagePage::NoConversation));
    assert_eq!(store.coverage(now()).unwrap().conversations, 2);
    store.forget(&LookupId::new("u1"), now()).unwrap();
    assert_eq!(store.coverage(now()).unwrap().conversations, 0);
}
