//! Integrations. Their fields differ from channel to channel, and often hold secrets.

use super::user::read_platform;
use crate::domain::{Integration, IntegrationId, IntegrationStatus, Untrusted};
use crate::wire::reader::Reader;

/// Members that every integration has; the rest belongs to its channel.
const SHARED: [&str; 5] = ["_id", "type", "status", "displayName", "error"];

/// Reads an integration.
pub(super) fn read_integration(integration: &mut Reader<'_>) -> Integration {
    if !integration.has("_id") {
        integration.note("_id", "missing");
    }
    Integration {
        id: integration.id_as("_id", IntegrationId::new),
        kind: read_platform(integration, "type"),
        status: integration
            .word("status")
            .map_or(IntegrationStatus::Unknown, status_of),
        display_name: integration.text("displayName"),
        error: integration.word("error"),
        fields: integration.others_than(&SHARED),
        json: integration.json(),
        degraded: integration.take_notes(),
    }
}

fn status_of(status: Untrusted) -> IntegrationStatus {
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    match status.expose() {
        "active" => IntegrationStatus::Active,
        "inactive" => IntegrationStatus::Inactive,
        "error" => IntegrationStatus::Error,
        _ => IntegrationStatus::Other(status),
    }
}
