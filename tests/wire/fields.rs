//! For each object of the API: every member that a fixture has, held against the domain value.
//!
//! A member that no line here knows fails the test, so no fixture can hold a field that is not
//! asserted.

use jiff::Timestamp;
use serde_json::{Map, Value};
use smooch_console::domain::{
    Action, ActionKind, Answer, App, Client, ClientStatus, Content, Conversation, Field,
    FieldOption, Item, Media, Message, Properties, Quoted, Scalar, Side, Source, Untrusted, User,
};

pub fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object of the fixture")
}

pub fn opt(text: Option<&Untrusted>) -> Value {
    text.map_or(Value::Null, |text| Value::from(text.expose()))
}

pub fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(iso) => Some(iso.parse().unwrap()),
        Value::Number(seconds) => {
            // Through the digits, so that the test does not repeat the float's way.
            let digits = seconds.to_string();
            let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, "0"));
            let milliseconds: i64 = format!("{fraction:0<3}").parse().unwrap();
            let whole: i64 = whole.parse().unwrap();
            Some(Timestamp::from_millisecond(whole * 1000 + milliseconds).unwrap())
        }
        _ => None,
    }
}

pub fn properties(json: &Value, read: &Properties) {
    let members = object(json);
    assert_eq!(members.len(), read.0.len());
    for ((key, value), (read_key, scalar)) in members.iter().zip(&read.0) {
        assert_eq!(key, read_key.expose());
        match scalar {
            Scalar::Text(text) => assert_eq!(value, text.expose()),
            Scalar::Number(digits) => assert_eq!(value.to_string(), digits.expose()),
            Scalar::Bool(flag) => assert_eq!(value, flag),
            Scalar::Null => assert!(value.is_null()),
            Scalar::Json(json) => assert_eq!(value.to_string(), json.expose()),
        }
    }
}

fn each<T>(json: &Value, read: &[T], check: impl Fn(&Value, &T)) {
    let list = json.as_array().expect("a list of the fixture");
    assert_eq!(list.len(), read.len());
    for (json, read) in list.iter().zip(read) {
        check(json, read);
    }
}

pub fn user(json: &Value, read: &User) {
    assert!(read.degraded.is_empty(), "{:?}", read.degraded);
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(value, read.id.expose()),
            "userId" => assert_eq!(value, read.user_id.as_ref().unwrap().expose()),
            "givenName" => assert_eq!(*value, opt(read.given_name.as_ref())),
            "surname" => assert_eq!(*value, opt(read.surname.as_ref())),
            "email" => assert_eq!(*value, opt(read.email.as_ref())),
            "avatarUrl" => assert_eq!(*value, opt(read.avatar_url.as_ref())),
            "signedUpAt" => assert_eq!(time(value), read.signed_up_at),
            "hasPaymentInfo" => assert_eq!(value.as_bool(), read.has_payment_info),
            "conversationStarted" => assert_eq!(value.as_bool(), read.conversation_started),
            "credentialRequired" => assert_eq!(value.as_bool(), read.credential_required),
            // `devices` is a deprecated copy, kept in the raw JSON only.
            "clients" | "devices" => each(value, &read.clients, client),
            "pendingClients" => each(value, &read.pending_clients, client),
            "properties" => properties(value, &read.properties),
            other => panic!("the user's `{other}` is not asserted"),
        }
    }
}

pub fn client(json: &Value, read: &Client) {
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(*value, opt(read.record_id.as_ref())),
            "id" => assert_eq!(value, read.id.as_ref().unwrap().expose()),
            "deviceId" => assert_eq!(*value, opt(read.device_id.as_ref())),
            "platform" => assert_eq!(value, read.platform.0.expose()),
            "integrationId" => assert_eq!(value, read.integration_id.as_ref().unwrap().expose()),
            "status" => assert_eq!(value, status(&read.status)),
            "active" => assert_eq!(value, &(read.status == ClientStatus::Active)),
            "primary" => assert_eq!(value.as_bool(), read.primary),
            "externalId" => assert_eq!(*value, opt(read.external_id.as_ref())),
            "displayName" => assert_eq!(*value, opt(read.display_name.as_ref())),
            "avatarUrl" => assert_eq!(*value, opt(read.avatar_url.as_ref())),
            "lastSeen" => assert_eq!(time(value), read.last_seen),
            "linkedAt" => assert_eq!(time(value), read.linked_at),
            "appVersion" => assert_eq!(*value, opt(read.app_version.as_ref())),
            "pushNotificationToken" => {
                assert!(read.has_push_token);
                assert!(!read.json.expose().contains(value.as_str().unwrap()));
            }
            "info" => properties(value, &read.info),
            "raw" => properties(value, &read.raw),
            other => panic!("the client's `{other}` is not asserted"),
        }
    }
}

fn status(status: &ClientStatus) -> &str {
    match status {
        ClientStatus::Active => "active",
        ClientStatus::Inactive => "inactive",
        ClientStatus::Blocked => "blocked",
        ClientStatus::Pending => "pending",
        ClientStatus::Other(word) => word.expose(),
        ClientStatus::Unknown => "",
    }
}

pub fn conversation(json: &Value, read: &Conversation) {
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(value, read.id.as_ref().unwrap().expose()),
            "unreadCount" => assert_eq!(value.as_u64(), read.unread_by_user),
            "appMakerLastRead" => assert_eq!(time(value), read.business_last_read),
            "appUserLastRead" => assert_eq!(time(value), read.user_last_read),
            other => panic!("the conversation's `{other}` is not asserted"),
        }
    }
}

pub fn messages(json: &Value, read: &[Message]) {
    each(json, read, message);
}

pub fn message(json: &Value, read: &Message) {
    assert!(read.degraded.is_empty(), "{:?}", read.degraded);
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(value, read.id.as_ref().unwrap().expose()),
            "type" => assert_eq!(value, kind(&read.content)),
            "role" => assert_eq!(value, role(&read.author.side)),
            "received" => assert_eq!(time(value), read.received),
            "authorId" => assert_eq!(*value, opt(read.author.id.as_ref())),
            "name" => assert_eq!(*value, opt(read.author.name.as_ref())),
            "avatarUrl" => assert_eq!(*value, opt(read.author.avatar_url.as_ref())),
            "text" if value.as_str().unwrap().trim().is_empty() => assert_eq!(read.text, None),
            "text" => assert_eq!(*value, opt(read.text.as_ref())),
            "payload" => assert_eq!(*value, opt(read.payload.as_ref())),
            "metadata" => properties(value, &read.metadata),
            "source" => source(value, read.source.as_ref().unwrap()),
            "actions" => each(value, &read.actions, action),
            "quotedMessage" => quoted(value, read.quoted.as_ref().unwrap()),
            _ => content(key, value, &read.content),
        }
    }
}

fn kind(content: &Content) -> &str {
    match content {
        Content::Text => "text",
        Content::Image(_) => "image",
        Content::File(_) => "file",
        Content::Carousel { .. } => "carousel",
        Content::List { .. } => "list",
        Content::Location { .. } => "location",
        Content::Form { .. } => "form",
        Content::FormResponse { .. } => "formResponse",
        Content::Unknown { kind, .. } => kind.as_ref().unwrap().expose(),
    }
}

fn role(side: &Side) -> &str {
    match side {
        Side::User => "appUser",
        Side::Business => "appMaker",
        Side::Internal => "whisper",
        Side::Other(role) => role.expose(),
    }
}

fn content(key: &str, value: &Value, read: &Content) {
    match (key, read) {
        (_, Content::Image(read) | Content::File(read)) => media(key, value, read),
        ("items", Content::Carousel { items, .. } | Content::List { items }) => {
            each(value, items, item);
        }
        (
            "displaySettings",
            Content::Carousel {
                image_aspect_ratio, ..
            },
        ) => {
            assert_eq!(object(value).len(), 1);
            assert_eq!(value["imageAspectRatio"], opt(image_aspect_ratio.as_ref()));
        }
        ("coordinates", Content::Location { coordinates, .. }) => {
            let point = coordinates.unwrap();
            assert_eq!(
                value,
                &serde_json::json!({"lat": point.lat, "long": point.long})
            );
        }
        ("location", Content::Location { place, .. }) => {
            let place = place.as_ref().unwrap();
            let (name, address) = (opt(place.name.as_ref()), opt(place.address.as_ref()));
            assert_eq!(
                value,
                &serde_json::json!({"name": name, "address": address})
            );
        }
        ("fields", Content::Form { fields, .. } | Content::FormResponse { fields, .. }) => {
            each(value, fields, field);
        }
        ("submitted", Content::Form { submitted, .. }) => assert_eq!(value.as_bool(), *submitted),
        (
            "blockChatInput",
            Content::Form {
                block_chat_input, ..
            },
        ) => {
            assert_eq!(value.as_bool(), *block_chat_input);
        }
        ("textFallback", Content::FormResponse { text_fallback, .. }) => {
            assert_eq!(*value, opt(text_fallback.as_ref()));
        }
        (other, read) => panic!("`{other}` of {read:?} is not asserted"),
    }
}

fn media(key: &str, value: &Value, read: &Media) {
    match key {
        "mediaUrl" => assert_eq!(*value, opt(read.url.as_ref())),
        "mediaType" => assert_eq!(*value, opt(read.media_type.as_ref())),
        "mediaSize" => assert_eq!(value.as_u64(), read.size),
        "altText" => assert_eq!(*value, opt(read.alt_text.as_ref())),
        other => panic!("the media's `{other}` is not asserted"),
    }
}

fn item(json: &Value, read: &Item) {
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(*value, opt(read.id.as_ref())),
            "title" => assert_eq!(*value, opt(read.title.as_ref())),
            "description" => assert_eq!(*value, opt(read.description.as_ref())),
            "size" => assert_eq!(*value, opt(read.size.as_ref())),
            "metadata" => properties(value, &read.metadata),
            "actions" => each(value, &read.actions, action),
            _ => media(key, value, read.media.as_ref().unwrap()),
        }
    }
}

fn action(json: &Value, read: &Action) {
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(*value, opt(read.id.as_ref())),
            "text" => assert_eq!(*value, opt(read.text.as_ref())),
            "default" => assert_eq!(value.as_bool(), read.is_default),
            "metadata" => properties(value, &read.metadata),
            // Buttons that open nothing come with an empty address.
            "uri" if value == "" => {}
            _ => action_kind(key, value, &read.kind),
        }
    }
}

fn action_kind(key: &str, value: &Value, read: &ActionKind) {
    let kind = match read {
        ActionKind::Link { .. } => "link",
        ActionKind::Webview { .. } => "webview",
        ActionKind::Postback { .. } => "postback",
        ActionKind::Buy { .. } => "buy",
        ActionKind::Share => "share",
        ActionKind::Reply { .. } => "reply",
        ActionKind::LocationRequest => "locationRequest",
        ActionKind::Other { .. } => "another type",
    };
    let text = match (key, read) {
        ("type", _) => Value::from(kind),
        (
            "uri",
            ActionKind::Link { uri }
            | ActionKind::Webview { uri, .. }
            | ActionKind::Buy { uri, .. },
        ) => opt(uri.as_ref()),
        ("fallback", ActionKind::Webview { fallback, .. }) => opt(fallback.as_ref()),
        ("size", ActionKind::Webview { size, .. }) => opt(size.as_ref()),
        (
            "openOnReceive",
            ActionKind::Webview {
                open_on_receive, ..
            },
        ) => Value::from(open_on_receive.unwrap()),
        ("payload", ActionKind::Postback { payload } | ActionKind::Reply { payload, .. }) => {
            opt(payload.as_ref())
        }
        ("iconUrl", ActionKind::Reply { icon_url, .. }) => opt(icon_url.as_ref()),
        ("amount", ActionKind::Buy { amount, .. }) => Value::from(amount.unwrap()),
        ("currency", ActionKind::Buy { currency, .. }) => opt(currency.as_ref()),
        ("state", ActionKind::Buy { state, .. }) => opt(state.as_ref()),
        (other, read) => panic!("`{other}` of {read:?} is not asserted"),
    };
    assert_eq!(*value, text, "{key}");
}

fn field(json: &Value, read: &Field) {
    for (key, value) in object(json) {
        match (key.as_str(), &read.answer) {
            ("_id", _) => assert_eq!(*value, opt(read.id.as_ref())),
            ("type", _) => assert_eq!(*value, opt(read.kind.as_ref())),
            ("name", _) => assert_eq!(*value, opt(read.name.as_ref())),
            ("label", _) => assert_eq!(*value, opt(read.label.as_ref())),
            ("placeholder", _) => assert_eq!(*value, opt(read.placeholder.as_ref())),
            ("minSize", _) => assert_eq!(value.as_u64(), read.min_size),
            ("maxSize", _) => assert_eq!(value.as_u64(), read.max_size),
            ("selectSize", _) => assert_eq!(value.as_u64(), read.select_size),
            ("options", _) => each(value, &read.options, option),
            ("text", Some(Answer::Text(text))) => assert_eq!(value, text.expose()),
            ("email", Some(Answer::Email(email))) => assert_eq!(value, email.expose()),
            ("select", Some(Answer::Select(chosen))) => each(value, chosen, option),
            (other, answer) => panic!("the field's `{other}` ({answer:?}) is not asserted"),
        }
    }
}

fn option(json: &Value, read: &FieldOption) {
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(*value, opt(read.id.as_ref())),
            "name" => assert_eq!(*value, opt(read.name.as_ref())),
            "label" => assert_eq!(*value, opt(read.label.as_ref())),
            other => panic!("the option's `{other}` is not asserted"),
        }
    }
}

fn source(json: &Value, read: &Source) {
    for (key, value) in object(json) {
        match key.as_str() {
            "type" => assert_eq!(*value, opt(read.kind.as_ref())),
            "integrationId" => assert_eq!(value, read.integration_id.as_ref().unwrap().expose()),
            "id" => assert_eq!(value, read.client_id.as_ref().unwrap().expose()),
            "originalMessageId" => assert_eq!(*value, opt(read.original_message_id.as_ref())),
            "originalMessageTimestamp" => assert_eq!(time(value), read.original_timestamp),
            other => panic!("the source's `{other}` is not asserted"),
        }
    }
}

fn quoted(json: &Value, read: &Quoted) {
    assert_eq!(object(json).len(), 2);
    match read {
        Quoted::Message(quoted) => {
            assert_eq!(json["type"], "message");
            message(&json["content"], quoted);
        }
        Quoted::ById(id) => assert_eq!(json["content"]["_id"], id.expose()),
        Quoted::External(id) => {
            assert_eq!(json["type"], "externalMessageId");
            assert_eq!(json["externalMessageId"], id.expose());
        }
    }
}

pub fn app(json: &Value, read: &App) {
    for (key, value) in object(json) {
        match key.as_str() {
            "_id" => assert_eq!(value, read.id.expose()),
            "name" => assert_eq!(*value, opt(read.name.as_ref())),
            "appToken" => assert!(!read.json.expose().contains(value.as_str().unwrap())),
            "metadata" => properties(value, &read.metadata),
            "settings" => {
                for (key, value) in object(value) {
                    let settings = &read.settings;
                    let read = match key.as_str() {
                        "maskCreditCardNumbers" => {
                            settings.mask_credit_card_numbers.map(Value::from)
                        }
                        "useAnimalNames" => settings.use_animal_names.map(Value::from),
                        "echoPostback" => settings.echo_postback.map(Value::from),
                        "conversationRetentionSeconds" => {
                            settings.conversation_retention_seconds.map(Value::from)
                        }
                        other => panic!("the setting `{other}` is not asserted"),
                    };
                    assert_eq!(read.as_ref(), Some(value), "{key}");
                }
            }
            other => panic!("the app's `{other}` is not asserted"),
        }
    }
}
