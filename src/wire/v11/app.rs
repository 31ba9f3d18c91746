//! Apps and their settings.

use crate::domain::{App, AppId, AppSettings};
use crate::wire::reader::Reader;

/// Reads an app; `None` without an `_id`.
pub(super) fn read_app(app: &mut Reader<'_>) -> Option<App> {
    let Some(id) = app.id_as("_id", AppId::new) else {
        app.note("_id", "missing");
        return None;
    };
    let settings = app.nested("settings", |settings| AppSettings {
        mask_credit_card_numbers: settings.flag("maskCreditCardNumbers"),
        use_animal_names: settings.flag("useAnimalNames"),
        echo_postback: settings.flag("echoPostback"),
        conversation_retention_seconds: settings.whole("conversationRetentionSeconds"),
        ignore_auto_conversation_start: settings.flag("ignoreAutoConversationStart"),
    });
    Some(App {
        id,
        name: app.text("name"),
        settings: settings.unwrap_or_default(),
        metadata: app.properties("metadata"),
        json: app.json(),
    })
}
