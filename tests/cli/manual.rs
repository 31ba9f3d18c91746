//! Completions and pages of the manual, made of the definitions of the command line.

use super::desk::run_bare;

const COMMANDS: [&str; 7] = [
    "get",
    "messages",
    "sandbox",
    "config",
    "keys",
    "completions",
    "man",
];

#[test]
fn completions_know_every_command_and_flag() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run_bare(&["completions", shell], &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for word in COMMANDS.iter().chain(&["base-url", "config", "limit"]) {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run_bare(&["completions", "cmd"], &[]).code, 2);
}

#[test]
fn the_manual_has_a_page_for_the_program_and_for_each_command() {
    let ran = run_bare(&["man"], &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains(".TH smooch-console 1"),
        "{}",
        ran.stdout
    );
    for command in COMMANDS {
        assert!(
            ran.stdout
                .contains(&format!("smooch\\-console\\-{command}(1)")),
            "{command}"
        );
        let page = run_bare(&["man", command], &[]);
        assert_eq!(page.code, 0, "{}", page.stderr);
        let title = format!(".TH smooch-console-{command} 1");
        assert!(page.stdout.contains(&title), "{}", page.stdout);
    }
    let page = run_bare(&["man", "config", "check"], &[]);
    assert!(
        page.stdout.contains("smooch\\-console config check"),
        "{}",
        page.stdout
    );
}

#[test]
fn a_page_that_there_is_not_is_refused_with_a_suggestion() {
    let ran = run_bare(&["man", "mesages"], &[]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.stdout, "");
    assert!(
        ran.complaint().contains("did you mean messages?"),
        "{}",
        ran.stderr
    );
}
