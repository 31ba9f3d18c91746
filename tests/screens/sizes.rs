//! Every size: nothing breaks, selection and place are kept.

use smooch_console::console::geometry::Pane;
use smooch_console::sandbox::cast;

use crate::picture;
use crate::script::Script;

#[tokio::test]
async fn small_screens_still_say_who_and_what() {
    let mut script = Script::start(59, 20).await;
    script.keys("/").await;
    script.paste(cast::IDENTIFIED_NAMED.id).await;
    script.keys("<enter>").await;
    insta::assert_snapshot!("bare_59x20", picture(&script));
    script.resize(40, 12).await;
    insta::assert_snapshot!("bare_40x12", picture(&script));
    script.keys("1").await;
    insta::assert_snapshot!("bare_40x12_users", picture(&script));
    script.resize(39, 9).await;
    insta::assert_snapshot!("too_small", picture(&script));
}

#[tokio::test]
async fn no_size_from_nothing_to_huge_breaks_a_screen() {
    let mut script = Script::start(120, 30).await;
    script.keys("/").await;
    script.paste(cast::HOSTILE.id).await;
    script.keys("<enter>").await;
    for height in [0, 1, 9, 10, 15, 16, 24, 50, 100] {
        for width in [
            0, 1, 2, 3, 39, 40, 41, 59, 60, 79, 80, 99, 100, 120, 159, 160, 200, 300,
        ] {
            script.resize(width, height).await;
            for keys in ["1", "2", "3", "i", "<esc>v", "<esc>?", "<esc>"] {
                script.keys(keys).await;
                let (buffer, cursor) = script.draw();
                assert!(cursor.is_none_or(|at| at.x < width && at.y < height));
                assert_eq!((buffer.area.width, buffer.area.height), (width, height));
            }
        }
    }
}

#[tokio::test]
async fn selection_and_place_survive_every_resize() {
    let mut script = Script::start(120, 30).await;
    script.keys("/").await;
    script.paste(cast::THOUSAND_MESSAGES.id).await;
    script.keys("<enter><pgup><pgup><pgup><pgup>").await;
    let place = |script: &Script| {
        let thread = script.state.thread().unwrap();
        let height = usize::from(script.state.screen().inner(Pane::Messages).height);
        let rows = thread.wrapped.rows_of(thread.selected);
        assert!(
            rows.start < thread.top + height && rows.end > thread.top,
            "out of sight"
        );
        thread.selected_message().unwrap().id.clone().unwrap()
    };
    let (before, user) = (place(&script), script.state.users.selection.clone());
    for (width, height) in [(80, 24), (200, 50), (45, 12), (120, 30)] {
        script.resize(width, height).await;
        assert_eq!(place(&script), before, "{width}x{height}");
        assert_eq!(script.state.users.selection, user);
    }
}
