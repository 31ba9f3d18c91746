//! Explains on standard error why a command waits: the API has asked for a pause.
//!
//! In: news of pauses. Out: one line for the first that a request waits for; a pause after the last
//! try is waited for by nobody. The API client does the waiting itself.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::failure::note;
use crate::domain::{Held, Pause};
use crate::text::SafeText;

/// Reports the first pause from now on.
pub(super) fn report_pauses(news: watch::Receiver<Option<Pause>>) {
    tokio::spawn(follow(news, Timestamp::now, |words| note(&words)));
}

async fn follow(
    mut news: watch::Receiver<Option<Pause>>,
    now: fn() -> Timestamp,
    tell: impl Fn(SafeText),
) {
    let mut is_told = false;
    while news.changed().await.is_ok() {
        let pause = *news.borrow_and_update();
        let waited_for = pause.filter(|pause| pause.held == Held::Requests);
        // Once is enough: every further pause has the same cause.
        if let Some(words) = waited_for.and_then(|pause| words(pause, now()))
            && !std::mem::replace(&mut is_told, true)
        {
            tell(words);
        }
    }
}

/// The line for a pause; none if the pause ends before anybody could read it.
fn words(pause: Pause, now: Timestamp) -> Option<SafeText> {
    let left = pause.left(now);
    let seconds = left.as_millis().div_ceil(1000);
    let is_long = left >= Duration::from_secs(1);
    is_long.then(|| {
        SafeText::own(format_args!(
            "the API asks for a pause: continuing in {seconds} s"
        ))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::mpsc;

    use super::*;

    fn pause(milliseconds: i64, held: Held) -> Pause {
        let until = Timestamp::from_millisecond(milliseconds).unwrap();
        Pause { until, held }
    }

    #[tokio::test]
    async fn the_first_pause_is_reported_when_a_request_waits_for_it_and_not_when_it_ends() {
        let (say, news) = watch::channel(None);
        let (reported, lines) = mpsc::channel();
        let following = tokio::spawn(follow(
            news,
            || Timestamp::UNIX_EPOCH,
            move |words| reported.send(words.as_str().to_owned()).unwrap(),
        ));
        for change in [
            Some(pause(7200, Held::Nothing)),
            Some(pause(7200, Held::Requests)),
            None,
            Some(pause(9000, Held::Requests)),
            None,
            Some(pause(999, Held::Requests)),
            None,
            Some(pause(60_000, Held::Nothing)),
            None,
        ] {
            say.send(change).unwrap();
            tokio::task::yield_now().await;
        }
        drop(say);
        following.await.unwrap();
        let lines: Vec<String> = lines.iter().collect();
        assert_eq!(lines, ["the API asks for a pause: continuing in 8 s"]);
    }
}
