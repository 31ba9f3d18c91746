//! The one place that chooses a client by the version of the API.

use std::sync::Arc;

use super::v11::ApiV11;
use super::{ApiSettings, UserApi};
use crate::domain::{ApiVersion, Problem, UsageFault};

/// Makes a client for one app, in the version of the API that it is on.
///
/// Checks the settings and is cheap: nothing is opened or read until the first request.
pub fn open_api(version: ApiVersion, settings: ApiSettings) -> Result<Arc<dyn UserApi>, Problem> {
    match version {
        ApiVersion::V11 => Ok(Arc::new(ApiV11::new(settings)?)),
        ApiVersion::V2 => Err(UsageFault::UnsupportedVersion { version }.into()),
    }
}
