//! Lock files of npm name no host: what a clone installs does not depend on where its author sat.

use crate::repository::{self, Source};

fn problems(sources: &[Source]) -> Vec<String> {
    let with_hosts = sources
        .iter()
        .filter(|source| source.text.contains("\"resolved\": \"http"));
    with_hosts
        .map(|source| {
            let path = &source.path;
            format!("{path} names hosts: npm install --omit-lockfile-registry-resolved")
        })
        .collect()
}

#[test]
fn lock_files_name_no_host() {
    repository::hold(&problems(&repository::sources(&["package-lock.json"])));
}

#[test]
fn a_lock_file_with_hosts_is_told() {
    let text = r#"{ "resolved": "https://registry.example/a.tgz" }"#;
    assert_eq!(
        problems(&[Source::of("portal/package-lock.json", text)]).len(),
        1
    );
    assert_eq!(
        problems(&[Source::of("portal/package-lock.json", "{}")]).len(),
        0
    );
}
