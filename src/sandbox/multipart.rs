//! Multipart bodies, as a browser sends them to upload a file.
//!
//! In: the content type and the bytes. Out: the parts by name. It reads only what uploads need.

use super::errors::Refusal;

/// One part of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The name of the field.
    pub name: String,
    /// The name of the file.
    pub file_name: Option<String>,
    /// The type of the file.
    pub media_type: Option<String>,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Reads all parts of a body.
pub(crate) fn parse_parts<'a>(
    content_type: Option<&str>,
    body: &'a [u8],
) -> Result<Vec<Part<'a>>, Refusal> {
    let boundary = content_type
        .filter(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
        .and_then(|kind| parameter(kind, "boundary"))
        .filter(|boundary| !boundary.is_empty())
        .ok_or_else(|| Refusal::bad("The body must be multipart/form-data"))?;
    let malformed = || Refusal::bad("The body breaks off before its last part ends");
    let fence = format!("\r\n--{boundary}").into_bytes();
    let opening = fence.get(2..).unwrap_or_default();
    let mut rest = match body.strip_prefix(opening) {
        Some(rest) => rest,
        None => after(body, &fence).ok_or_else(malformed)?,
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let content = after(rest, b"\r\n").ok_or_else(malformed)?;
        let end = find(content, &fence).ok_or_else(malformed)?;
        let part = content.get(..end).unwrap_or_default();
        parts.push(parse_part(part).ok_or_else(|| Refusal::bad("A part has no name"))?);
        rest = content.get(end + fence.len()..).ok_or_else(malformed)?;
    }
    Ok(parts)
}

fn parse_part(part: &[u8]) -> Option<Part<'_>> {
    let (head, bytes) = match part.strip_prefix(b"\r\n") {
        Some(bytes) => (&[][..], bytes),
        None => (
            part.get(..find(part, b"\r\n\r\n")?)?,
            after(part, b"\r\n\r\n")?,
        ),
    };
    let mut found = Part {
        bytes,
        ..Part::default()
    };
    for line in String::from_utf8_lossy(head).split("\r\n") {
        let (name, value) = line.split_once(':')?;
        match name.trim().to_ascii_lowercase().as_str() {
            "content-disposition" => {
                found.name = parameter(value, "name")?;
                found.file_name = parameter(value, "filename");
            }
            "content-type" => found.media_type = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    (!found.name.is_empty()).then_some(found)
}

/// The value of `; name=value` or `; name="value"` in a header.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let is_it = key.trim().eq_ignore_ascii_case(name);
        is_it.then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    bytes.get(find(bytes, mark)? + mark.len()..)
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    let first = *mark.first()?;
    let mut from = 0;
    loop {
        // Searching for one byte first is fast even in many megabytes.
        from += bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(from..)?.starts_with(mark) {
            return Some(from);
        }
        from += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const KIND: Option<&str> = Some("multipart/form-data; boundary=\"xx\"");

    #[test]
    fn parts_are_read_with_their_names_types_and_bytes() {
        let body =
            b"--xx\r\ncontent-disposition: form-data; name=\"source\"; filename=\"a b.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n--x\r\n\r\n--xx\r\n\
            Content-Disposition: form-data; name=role\r\n\r\nappMaker\r\n--xx--\r\n";
        let parts = parse_parts(KIND, body).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].name, "source");
        assert_eq!(parts[0].file_name.as_deref(), Some("a b.png"));
        assert_eq!(parts[0].media_type.as_deref(), Some("image/png"));
        assert_eq!(parts[0].bytes, b"\x89PNG\r\n--x\r\n");
        assert_eq!(
            (parts[1].name.as_str(), parts[1].bytes),
            ("role", &b"appMaker"[..])
        );
    }

    #[test]
    fn a_body_that_breaks_off_is_refused() {
        for body in [
            &b""[..],
            b"--xx",
            b"--xx\r\n",
            b"--xx\r\ncontent-disposition: form-data; name=a\r\n\r\nabc",
            b"--xx\r\n\r\nno name\r\n--xx--",
        ] {
            assert!(parse_parts(KIND, body).is_err(), "{body:?}");
        }
        for kind in [None, Some("application/json"), Some("multipart/form-data")] {
            assert!(parse_parts(kind, b"--xx--").is_err(), "{kind:?}");
        }
    }
}
