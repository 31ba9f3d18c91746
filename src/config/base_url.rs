//! Where the API lives unless a setting says otherwise.

/// Where the API of legacy accounts in the US lives (API document, section 1.1).
pub(crate) const DEFAULT_BASE_URL: &str = "https://api.smooch.io";

/// Where the API of legacy accounts in the EU lives (API document, section 1.1).
pub(crate) const EU_BASE_URL: &str = "https://api.eu-1.smooch.io";
