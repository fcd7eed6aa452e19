//! The updater against a real TUF repository, made with tough's own editor: a first pack, a newer
//! one, an older repository, changed bytes, an expired timestamp, another root. `mizha` is played by
//! a script that writes down what it is handed.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use tough::editor::RepositoryEditor;
use tough::editor::signed::{PathExists, SignedRole};
use tough::key_source::{KeySource, LocalKeySource};
use tough::schema::{KeyHolder, RoleKeys, RoleType, Root};
use tough::sign::Sign;

struct Publisher {
    folder: PathBuf,
    key: PathBuf,
    root: PathBuf,
}

fn number(number: u64) -> NonZeroU64 {
    NonZeroU64::new(number).expect("above zero")
}

impl Publisher {
    async fn new(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let (key, root) = (folder.join("key"), folder.join("root.json"));
        std::fs::write(&key, pair.as_ref()).expect("written");
        let signer = Ed25519KeyPair::from_pkcs8(pair.as_ref()).expect("a key");
        let tuf_key = signer.tuf_key();
        let id = tuf_key.key_id().expect("an id");
        let role = || RoleKeys { keyids: vec![id.clone()], threshold: number(1), _extra: HashMap::new() };
        let roles = [RoleType::Root, RoleType::Targets, RoleType::Snapshot, RoleType::Timestamp];
        let unsigned = Root {
            spec_version: "1.0.0".into(),
            consistent_snapshot: true,
            version: number(1),
            expires: in_days(300),
            keys: HashMap::from([(id.clone(), tuf_key)]),
            roles: roles.into_iter().map(|kind| (kind, role())).collect(),
            _extra: HashMap::new(),
        };
        let keys: Vec<Box<dyn KeySource>> = vec![Box::new(LocalKeySource { path: key.clone() })];
        let holder = KeyHolder::Root(unsigned.clone());
        let signed = SignedRole::new(unsigned, &holder, &keys, &SystemRandom::new()).await.expect("signed");
        std::fs::write(&root, signed.buffer()).expect("written");
        Publisher { folder: folder.to_path_buf(), key, root }
    }

    async fn publish(&self, version: u64, pack: &str, timestamp: jiff::Timestamp) -> PathBuf {
        let out = self.folder.join(format!("v{version}"));
        let source = self.folder.join("source");
        std::fs::create_dir_all(&source).expect("a folder");
        std::fs::write(source.join("trees.mzpack"), pack).expect("written");
        let mut editor = RepositoryEditor::new(&self.root).await.expect("an editor");
        editor.targets_expires(in_days(100)).expect("set").targets_version(number(version)).expect("set");
        editor.snapshot_expires(in_days(100)).snapshot_version(number(version));
        editor.timestamp_expires(timestamp).timestamp_version(number(version));
        editor.add_target_paths(vec![source.join("trees.mzpack")]).await.expect("a target");
        let keys: Vec<Box<dyn KeySource>> = vec![Box::new(LocalKeySource { path: self.key.clone() })];
        let signed = editor.sign(&keys).await.expect("signed");
        signed.write(out.join("metadata")).await.expect("written");
        signed.copy_targets(&source, out.join("targets"), PathExists::Skip).await.expect("copied");
        out
    }
}

fn in_days(days: i64) -> jiff::Timestamp {
    jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)
}

fn url(folder: &Path) -> String {
    url::Url::from_directory_path(folder).expect("an address").to_string()
}

fn update(root: &Path, repository: &Path, state: &Path) -> Output {
    let mizha = state.join("mizha.sh");
    std::fs::create_dir_all(state).expect("a folder");
    std::fs::write(&mizha, format!("#!/bin/sh\ncat \"$3\"/trees.mzpack > {}/taken\n", state.display())).expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&mizha, mode).expect("executable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mizha-tuf"));
    command.args(["--metadata", &url(&repository.join("metadata")), "--targets", &url(&repository.join("targets"))]);
    command.arg("--root").arg(root).arg("--state").arg(state).arg("--mizha").arg(&mizha);
    command.output().expect("runs")
}

#[tokio::test]
async fn only_the_newest_genuine_repository_is_handed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ours, theirs) = (Publisher::new(&folder.path().join("ours")).await, Publisher::new(&folder.path().join("theirs")).await);
    let state = folder.path().join("state");
    let taken = || std::fs::read_to_string(state.join("taken")).unwrap_or_default();
    let one = ours.publish(1, "pack one", in_days(10)).await;
    let two = ours.publish(2, "pack two", in_days(10)).await;
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    for (repository, wanted) in [(&one, "pack one"), (&two, "pack two")] {
        let output = update(&ours.root, repository, &state);
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(taken(), wanted);
    }
    let refused = |repository: &Path, attack: &str| {
        let output = update(&ours.root, repository, &state);
        assert!(!output.status.success(), "{attack}");
        assert_eq!(taken(), "pack two", "{attack}");
        println!("{attack}: {}", said(&output).lines().collect::<Vec<_>>().join(" | "));
    };
    refused(&one, "an older repository");
    let foreign = theirs.publish(3, "pack of others", in_days(10)).await;
    refused(&foreign, "other keys");
    let stale = ours.publish(4, "pack four", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1)).await;
    refused(&stale, "an expired timestamp");
    let changed = ours.publish(5, "pack five", in_days(10)).await;
    for file in std::fs::read_dir(changed.join("targets")).expect("targets").flatten() {
        std::fs::write(file.path(), "pack fiv!").expect("changed");
    }
    refused(&changed, "changed bytes");
    assert!(update(&ours.root, &ours.publish(6, "pack six", in_days(10)).await, &state).status.success());
    assert_eq!(taken(), "pack six");
}
