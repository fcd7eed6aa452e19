//! Signed packs: every attack refused with its own message; kill -9 at every step of an
//! installation and of a rollback leaves a working, verified pack; the program from list to
//! desktop, with the ordinary minisign tool in both directions. The process that is killed is
//! this test program, started again.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mizha::disk::{Disk, Readers};
use mizha::pack::trust::{Bundle, FileEntry, KeyPair, Manifest, PackRefusal, PublicKey, SecretKey};
use mizha::pack::{compile, seal};
use mizha::store::{Caller, InstallOutcome, Loaded, Store, StoreError, StoreProblem, Trust};
use rustix::process::{Signal, getpid, kill_process};

use crate::requirement::Requirement;

const NOW: &str = "2026-11-25T08:00:00Z";

fn at(text: &str) -> jiff::Timestamp {
    text.parse().expect(text)
}

/// A pack of one term; another term for each sequence.
fn pack(sequence: u64) -> String {
    let open = format!(
        "schema_version = 1\nid = \"trees\"\nversion = \"{sequence}\"\ntitle = {{ en = \"Trees\", zh = \"树木\" }}\n\
         [[list]]\nid = \"trees.names\"\ntitle = {{ en = \"Names\", zh = \"名称\" }}\ntier = \"work-secret\"\n\
         confidence = \"high\"\nreferences = [\"invented\"]\nterms = [\"昆仑苗圃{sequence}号\"]\n"
    );
    // Every second one is sealed: what becomes of a pack does not ask for its form.
    if sequence.is_multiple_of(2) { seal("trees.toml", &open, || [sequence; 4]).expect("sealed") } else { open }
}

struct Officer {
    secret: SecretKey,
    public: PublicKey,
}

impl Officer {
    fn new() -> Self {
        let pair = KeyPair::generate(None).expect("a pair");
        Officer {
            secret: SecretKey::open(&pair.secret, || Err("no password")).expect("opened"),
            public: PublicKey::parse(&pair.public).expect("a key"),
        }
    }

    fn manifest(&self, sequence: u64, text: &str) -> Manifest {
        Manifest::new("trees", sequence, at(NOW), 30, vec![FileEntry::of("trees.toml", text.as_bytes())])
    }

    fn bundle(&self, manifest: &Manifest, text: &str) -> Bundle {
        let files = BTreeMap::from([("trees.toml".to_string(), text.as_bytes().to_vec())]);
        Bundle::signed(manifest, files, &self.secret).expect("signed")
    }

    fn signed(&self, sequence: u64) -> Vec<u8> {
        let text = pack(sequence);
        self.bundle(&self.manifest(sequence, &text), &text).bytes().expect("packed")
    }

    /// A pack as the program signs it, with the form that machines read; what that says is given.
    fn with_compiled(&self, sequence: u64, compiled: &str) -> Vec<u8> {
        let text = pack(sequence);
        let files = [("trees.json", compiled), ("trees.toml", &text)];
        let entries = files.iter().map(|(name, text)| FileEntry::of(name, text.as_bytes())).collect();
        let manifest = Manifest::new("trees", sequence, at(NOW), 30, entries);
        let files = files.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect();
        Bundle::signed(&manifest, files, &self.secret).expect("signed").bytes().expect("packed")
    }

    fn trust(&self, now: &str) -> Trust {
        Trust { keys: vec![self.public.clone()], floors: BTreeMap::new(), now: at(now) }
    }
}

fn store(folder: &Path) -> Store {
    Store::new(&folder.join("packs"), Readers::Owner, Disk::default())
}

fn loaded(store: &Store, trust: &Trust) -> Loaded {
    store.load(&trust.keys, trust.now)
}

/// The sequences in force.
fn in_force(store: &Store, trust: &Trust) -> Vec<u64> {
    loaded(store, trust).installed.iter().map(|one| one.manifest.sequence).collect()
}

fn refused(outcome: Result<InstallOutcome, StoreError>) -> PackRefusal {
    match outcome.expect_err("refused") {
        StoreError::Refused(refusal) => refusal,
        other => unreachable!("{other}"),
    }
}

#[test]
fn every_attack_is_refused_with_its_own_message_and_nothing_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (officer, thief, store) = (Officer::new(), Officer::new(), store(folder.path()));
    let trust = officer.trust(NOW);
    let take = |bytes: &[u8]| store.install(bytes, &trust, Caller::Update);
    assert_eq!(
        take(&officer.signed(7)).expect("taken"),
        InstallOutcome::Switched { id: "trees".into(), from: None, to: 7 }
    );
    assert_eq!(take(&officer.signed(7)).expect("the same"), InstallOutcome::Same { id: "trees".into(), sequence: 7 });

    let good = officer.bundle(&officer.manifest(8, &pack(8)), &pack(8));
    let bytes = |bundle: Bundle| bundle.bytes().expect("packed");
    let other = |signature: String| bytes(Bundle { signature, ..good.clone() });
    let swapped = BTreeMap::from([("trees.toml".to_string(), pack(9).into_bytes())]);
    let seven = Bundle::read(&officer.signed(7)).expect("read");
    let late = Manifest { expires: officer.manifest(8, "").issued, ..officer.manifest(8, &pack(8)) };
    let early = Manifest::new("trees", 8, at("2026-12-25T08:00:00Z"), 30, officer.manifest(8, &pack(8)).files);
    let engine = Manifest { min_engine: "99.0.0".parse().expect("a version"), ..officer.manifest(8, &pack(8)) };
    let silent = pack(8).replace("[[list]]", "[[list]]\nexamples = [\"a text without any\"]");
    let attacks: Vec<(&str, Vec<u8>, &str)> = vec![
        ("rollback", officer.signed(6), "T013"),
        (
            "another pack with the same sequence",
            bytes(officer.bundle(&Manifest { rollout: 99, ..officer.manifest(7, &pack(7)) }, &pack(7))),
            "T015",
        ),
        ("mix and match: the signature of another sequence", other(seven.signature.clone()), "T009"),
        ("mix and match: files of another sequence", bytes(Bundle { files: seven.files, ..good.clone() }), "T010"),
        ("swapped file", bytes(Bundle { files: swapped, ..good.clone() }), "T010"),
        ("edited comment", other(good.signature.replace("sequence 8", "sequence 80")), "T008"),
        ("edited manifest", bytes(Bundle { manifest: good.manifest.replace("= 8", "= 80"), ..good.clone() }), "T009"),
        ("wrong key", thief.signed(8), "T006"),
        ("expired", bytes(officer.bundle(&late, &pack(8))), "T016"),
        ("from the future", bytes(officer.bundle(&early, &pack(8))), "T018"),
        ("needs a newer program", bytes(officer.bundle(&engine, &pack(8))), "T019"),
        ("rules that do not keep their word", bytes(officer.bundle(&officer.manifest(8, &silent), &silent)), "T021"),
        ("no pack at all", b"PK\x03\x04".to_vec(), "T001"),
    ];
    for (attack, bytes, code) in attacks {
        let refusal = refused(take(&bytes));
        assert_eq!(refusal.code(), code, "{attack}: {refusal}");
        assert_eq!(in_force(&store, &trust), [7], "{attack}");
    }
    assert!(matches!(take(&bytes(good)).expect("taken"), InstallOutcome::Switched { from: Some(7), to: 8, .. }));
}

#[test]
fn the_compiled_form_is_what_is_read_and_says_what_the_file_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (officer, store) = (Officer::new(), store(folder.path()));
    let trust = officer.trust(NOW);
    let lies = compile("trees.toml", &pack(11)).expect("compiled");
    assert_eq!(refused(store.install(&officer.with_compiled(9, &lies), &trust, Caller::Person)).code(), "T021");
    let truth = compile("trees.toml", &pack(9)).expect("compiled");
    let bundle = officer.with_compiled(9, &truth);
    store.install(&bundle, &trust, Caller::Person).expect("taken");
    let terms = |loaded: &Loaded| {
        let rules = loaded.installed.iter().flat_map(|one| &one.packs).flat_map(|pack| &pack.rules);
        let terms = rules.flat_map(|rule| rule.terms.iter());
        terms.filter_map(|term| Some(term.wording?.written.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(terms(&loaded(&store, &trust)), ["昆仑苗圃9号"]);
    // It is checked at every load: it lies in the bundle as it is, so one letter is changed there.
    let place = folder.path().join("packs/trees@9.mzpack");
    let mut bundle = bundle;
    let at = bundle.windows(7).position(|bytes| bytes == "苗圃9".as_bytes()).expect("the term");
    bundle[at + 6] = b'7';
    fs::write(place, bundle).expect("written");
    let broken = loaded(&store, &trust);
    assert!(
        broken.installed.is_empty() && matches!(&broken.problems[..], [StoreProblem::Lost { .. }]),
        "{:?}",
        broken.problems
    );
}

#[test]
fn a_replay_into_an_empty_state_meets_the_floor_or_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let (officer, store) = (Officer::new(), store(folder.path()));
    let floored = Trust { floors: BTreeMap::from([("trees".to_string(), 7)]), ..officer.trust(NOW) };
    let refusal = refused(store.install(&officer.signed(6), &floored, Caller::Person));
    assert_eq!(refusal, PackRefusal::Floor { offered: 6, floor: 7 });
    let later = officer.trust("2027-06-01T00:00:00Z");
    assert_eq!(refused(store.install(&officer.signed(6), &later, Caller::Person)).code(), "T016");
    assert!(loaded(&store, &later).installed.is_empty());
}

#[test]
fn expiry_warns_and_never_stops_scanning_and_a_frozen_source_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (officer, store) = (Officer::new(), store(folder.path()));
    store.install(&officer.signed(7), &officer.trust(NOW), Caller::Person).expect("taken");
    let later = officer.trust("2027-06-01T00:00:00Z");
    let refusal = refused(store.install(&officer.signed(7), &later, Caller::Update));
    assert!(matches!(refusal, PackRefusal::Frozen { sequence: 7, .. }), "{refusal}");
    let stale = loaded(&store, &later);
    assert_eq!(stale.installed[0].packs[0].rules[0].terms.len(), 1, "in force still");
    assert!(matches!(&stale.problems[..], [StoreProblem::Stale { sequence: 7, .. }]), "{:?}", stale.problems);
}

#[test]
fn a_key_is_changed_by_way_of_the_next_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new, store) = (Officer::new(), Officer::new(), store(folder.path()));
    store.install(&old.signed(1), &old.trust(NOW), Caller::Person).expect("taken");
    let both = Trust { keys: vec![old.public.clone(), new.public.clone()], ..old.trust(NOW) };
    store.install(&new.signed(2), &both, Caller::Person).expect("the next key counts");
    // The old key is gone from the configuration: what it signed still works, and that is said.
    store.rollback("trees").expect("back to the old key's");
    let after = loaded(&store, &new.trust(NOW));
    assert_eq!(after.installed[0].manifest.sequence, 1);
    assert_eq!(after.problems, [StoreProblem::OldKey { id: "trees".into() }]);
    assert_eq!(refused(store.install(&old.signed(3), &new.trust(NOW), Caller::Person)).code(), "T006");
}

#[test]
fn a_rollback_goes_back_and_the_left_one_is_not_taken_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (officer, store) = (Officer::new(), store(folder.path()));
    let trust = officer.trust(NOW);
    for sequence in [1, 2] {
        store.install(&officer.signed(sequence), &trust, Caller::Update).expect("taken");
    }
    assert_eq!(store.rollback("trees").expect("back"), (2, Some(1)));
    assert_eq!(in_force(&store, &trust), [1]);
    assert_eq!(refused(store.install(&officer.signed(2), &trust, Caller::Update)), PackRefusal::RolledBack(2));
    store.install(&officer.signed(3), &trust, Caller::Update).expect("a corrected one");
    assert_eq!(in_force(&store, &trust), [3]);
    assert!(matches!(store.rollback("birds"), Err(StoreError::Unknown(_))));
}

#[test]
fn a_damaged_pack_falls_back_to_the_one_before_and_a_lost_state_lets_no_old_one_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let (officer, store) = (Officer::new(), store(folder.path()));
    let trust = officer.trust(NOW);
    for sequence in [1, 2] {
        store.install(&officer.signed(sequence), &trust, Caller::Update).expect("taken");
    }
    let file = |sequence: u64| folder.path().join(format!("packs/trees@{sequence}.mzpack"));
    let whole = fs::read(file(2)).expect("read");
    fs::write(file(2), &whole[..whole.len() / 2]).expect("cut short");
    let fallen = loaded(&store, &trust);
    assert_eq!(fallen.installed[0].manifest.sequence, 1);
    assert!(matches!(&fallen.problems[..], [StoreProblem::WentBack { to: 1, .. }]), "{:?}", fallen.problems);
    fs::write(file(2), whole).expect("mended");
    fs::write(folder.path().join("packs/trees.json"), "{").expect("torn");
    assert_eq!(in_force(&store, &trust), [2]);
    assert_eq!(refused(store.install(&officer.signed(1), &trust, Caller::Person)).code(), "T013");
}

#[test]
fn an_installed_pack_is_read_by_whoever_reads_its_folder() {
    let officer = Officer::new();
    for (mode, wanted) in [(0o755, 0o644), (0o750, 0o640), (0o2750, 0o640)] {
        let folder = tempfile::tempdir().expect("a folder");
        let packs = folder.path().join("packs");
        fs::create_dir(&packs).expect("made");
        fs::set_permissions(&packs, fs::Permissions::from_mode(mode)).expect("set");
        let store = Store::new(&packs, Readers::Everyone, Disk::default());
        store.install(&officer.signed(2), &officer.trust(NOW), Caller::Person).expect("taken");
        for name in ["trees@2.mzpack", "trees.json"] {
            let meta = fs::metadata(packs.join(name)).expect(name);
            assert_eq!(meta.permissions().mode() & 0o777, wanted, "{mode:o} {name}");
            assert_eq!(meta.gid(), fs::metadata(&packs).expect("there").gid());
        }
        assert_eq!(in_force(&store, &officer.trust(NOW)), [2]);
    }
}

#[test]
fn a_roll_out_takes_its_part_of_the_machines_and_a_person_need_not_wait() {
    let officer = Officer::new();
    let trust = officer.trust(NOW);
    let partly = |rollout: u8| {
        let text = pack(1);
        officer.bundle(&Manifest { rollout, ..officer.manifest(1, &text) }, &text).bytes().expect("packed")
    };
    let (none, some, mut taken) = (partly(0), partly(40), 0);
    for _ in 0..60 {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(folder.path());
        assert!(matches!(
            store.install(&none, &trust, Caller::Update).expect("later"),
            InstallOutcome::Later { rollout: 0, .. }
        ));
        let first = store.install(&some, &trust, Caller::Update).expect("an answer");
        assert_eq!(
            first.clone(),
            match store.install(&some, &trust, Caller::Update).expect("the same answer") {
                InstallOutcome::Same { id, sequence } => InstallOutcome::Switched { id, from: None, to: sequence },
                later => later,
            }
        );
        taken += usize::from(matches!(first, InstallOutcome::Switched { .. }));
        if let InstallOutcome::Later { .. } = first {
            store.install(&some, &trust, Caller::Person).expect("by hand");
        }
    }
    // 24 expected; outside 8..=44 once in a hundred thousand runs.
    assert!((8..=44).contains(&taken), "{taken} of 60");
}

/// What the child does, where, and at which step it is killed.
const CHILD: [&str; 3] = ["PACK_WORK", "PACK_ROOT", "PACK_AT"];

/// Not a test of its own: the process that gets killed.
#[test]
fn child() {
    let [Ok(work), Ok(root), Ok(step)] = CHILD.map(std::env::var) else { return };
    let (step, root): (usize, PathBuf) = (step.parse().expect("a number"), root.into());
    let steps = AtomicUsize::new(0);
    let disk = Disk::observed(Arc::new(move |_| {
        if steps.fetch_add(1, Ordering::SeqCst) + 1 == step {
            kill_process(getpid(), Signal::KILL).expect("killed");
        }
        Ok(())
    }));
    let store = Store::new(&root.join("packs"), Readers::Owner, disk);
    let key = PublicKey::parse(&fs::read_to_string(root.join("officer.pub")).expect("a key")).expect("a key");
    let trust = Trust { keys: vec![key], floors: BTreeMap::new(), now: at(NOW) };
    match work.as_str() {
        "install" => drop(
            store.install(&fs::read(root.join("new.mzpack")).expect("a pack"), &trust, Caller::Update).expect("taken"),
        ),
        _ => drop(store.rollback("trees").expect("back")),
    }
}

/// True if the child was killed before it ended.
fn killed(work: &str, root: &Path, step: usize) -> bool {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["pack_trust::child", "--exact"])
        .env(CHILD[0], work)
        .env(CHILD[1], root)
        .env(CHILD[2], step.to_string());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the child starts");
    assert!(status.success() || status.code().is_none(), "{work} at {step}: the child failed by itself");
    !status.success()
}

#[test]
fn kill_at_every_step_leaves_a_working_verified_pack() {
    let officer = Officer::new();
    let trust = officer.trust(NOW);
    for (work, before, after) in [("install", 2, 3), ("rollback", 2, 1)] {
        let mut steps = 0;
        for step in 1.. {
            let folder = tempfile::tempdir().expect("a folder");
            let store = store(folder.path());
            for sequence in [1, 2] {
                store.install(&officer.signed(sequence), &trust, Caller::Update).expect("taken");
            }
            fs::write(folder.path().join("officer.pub"), officer.public.as_str()).expect("written");
            fs::write(folder.path().join("new.mzpack"), officer.signed(3)).expect("written");
            let hit = killed(work, folder.path(), step);
            let now = loaded(&store, &trust);
            assert!(now.problems.is_empty(), "{work} at {step}: {:?}", now.problems);
            let sequence = now.installed.first().expect("a pack in force").manifest.sequence;
            assert!([before, after].contains(&sequence), "{work} at {step}: {sequence}");
            // What was interrupted can be done again, whole.
            match work {
                "install" => drop(store.install(&officer.signed(3), &trust, Caller::Update).expect("again")),
                _ if sequence == before => drop(store.rollback("trees").expect("again")),
                _ => {}
            }
            assert_eq!(in_force(&store, &trust), [after], "{work} at {step}");
            if !hit {
                steps = step - 1;
                break;
            }
        }
        println!("{work}: killed at each of {steps} steps");
        assert!(steps >= 6, "only {steps} steps");
    }
}

/// The program with a home of its own.
fn mizha(home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
    command.env("HOME", home).env("LC_ALL", "C").env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME");
    command.current_dir(home).args(args).output().expect("the program runs")
}

fn done(output: &Output, wanted: i32) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(wanted), "{said}");
    said
}

#[test]
fn from_a_list_to_a_desktop_and_back_with_nothing_but_the_program() {
    let home = tempfile::tempdir().expect("a home");
    let home = home.path();
    fs::write(home.join("names.csv"), "名称,密级,备注\n昆仑苗圃,工作秘密,春季\n祁连苗圃,,\n的,,\n").expect("written");
    fs::write(home.join("password"), "corridor maple\n").expect("written");
    let import = ["pack", "import", "names.csv", "-o", "trees.toml", "--confidence", "high"];
    let said = done(&mizha(home, &import), 2);
    assert!(said.contains("nothing written") && said.contains("row 4: column 名称: 的"), "{said}");
    assert!(!home.join("trees.toml").exists());
    let said = done(&mizha(home, &[&import[..], &["--skip-refused"]].concat()), 2);
    assert!(said.contains("2 terms written, 1 rows refused") && said.contains("sealed: desktops find"), "{said}");
    // Work secrets are sealed unless the officer says otherwise, and the open list is the officer's alone.
    let open = fs::read_to_string(home.join("trees.open.toml")).expect("the open list");
    assert!(open.contains("昆仑苗圃") && open.contains("春季"), "{open}");
    assert_eq!(fs::metadata(home.join("trees.open.toml")).expect("there").permissions().mode() & 0o777, 0o600);
    let sealed = fs::read_to_string(home.join("trees.toml")).expect("the sealed pack");
    assert!(["昆仑", "祁连", "春季"].iter().all(|part| !sealed.contains(part)), "{sealed}");
    done(&mizha(home, &["pack", "check", "trees.toml"]), 0);
    let line = done(&mizha(home, &["pack", "keygen", "officer", "--password-file", "password"]), 0);
    done(&mizha(home, &["pack", "keygen", "officer", "--no-password"]), 2);
    let sign = ["pack", "sign", "trees.toml", "--key", "officer.key", "--password-file", "password"];
    let said = done(&mizha(home, &sign), 0);
    assert!(said.contains("trees.mzpack: trees, sequence 1"), "{said}");
    // Imported again, a term keeps its id; with --open everybody can read it, and that is said.
    done(&mizha(home, &[&import[..], &["--skip-refused"]].concat()), 2);
    let again = fs::read_to_string(home.join("trees.open.toml")).expect("the open list");
    let id = |text: &str| text.lines().find(|line| line.contains("昆仑苗圃")).map(|line| line[..20].to_string());
    assert_eq!((id(&again), id(&again).is_some()), (id(&open), true));
    let said = done(&mizha(home, &["pack", "import", "names.csv", "-o", "open.toml", "--open", "--skip-refused"]), 2);
    assert!(said.contains("whoever has the pack can read them") && !home.join("open.open.toml").exists(), "{said}");
    let said = done(&mizha(home, &["pack", "check", "trees.toml"]), 0);
    assert!(said.contains("2 terms (2 sealed)") && !said.contains("昆仑"), "{said}");
    let said = done(&mizha(home, &["pack", "verify", "trees.mzpack"]), 2);
    assert!(said.contains("T004"), "no key is trusted yet: {said}");
    // A signed pack is looked at as the file it was made of.
    done(&mizha(home, &["pack", "check", "trees.mzpack"]), 0);
    fs::create_dir(home.join("documents")).expect("a folder");
    fs::write(home.join("documents/a.txt"), "昆仑苗圃").expect("written");
    let said = done(&mizha(home, &["pack", "diff", "trees.mzpack", "trees.toml", "documents"]), 0);
    assert!(said.contains("0 rules newly fire, 0 stop firing"), "{said}");
    fs::create_dir_all(home.join(".config/mizha")).expect("a folder");
    let keys = line.lines().find(|line| line.starts_with("keys")).expect("the key's line");
    fs::write(home.join(".config/mizha/config.toml"), format!("[packs]\n{keys}\n")).expect("written");
    done(&mizha(home, &["pack", "verify", "trees.mzpack"]), 0);
    fs::create_dir(home.join("share")).expect("a folder");
    fs::copy(home.join("trees.mzpack"), home.join("share/trees.mzpack")).expect("copied");
    let said = done(&mizha(home, &["pack", "update", "share"]), 0);
    assert!(said.contains("trees: sequence 1 is in force"), "{said}");
    fs::write(home.join("note.txt"), "附件是昆仑苗圃的预算").expect("written");
    let report = done(&mizha(home, &["scan", "--json", "note.txt"]), 1);
    assert!(report.contains(r#""rule":"trees.terms","pack":"trees","sequence":1,"term":"s"#), "{report}");
    assert!(report.contains(r#""id":"trees","version":""#) && !report.contains("昆仑"), "{report}");
    done(&mizha(home, &sign), 0);
    assert!(
        done(&mizha(home, &["pack", "install", "trees.mzpack"]), 0).contains("sequence 2 is in force, before it was 1")
    );
    assert!(done(&mizha(home, &["pack", "rollback", "trees"]), 0).contains("back from sequence 2 to 1"));
    assert!(done(&mizha(home, &["pack", "update", "trees.mzpack"]), 2).contains("T020"));
    // Old ones left in the folder do not get in the way of a new one.
    done(&mizha(home, &sign), 0);
    fs::copy(home.join("trees.mzpack"), home.join("share/a-new-one.mzpack")).expect("copied");
    let said = done(&mizha(home, &["pack", "update", "share"]), 0);
    assert!(said.contains("sequence 3 is in force, before it was 1") && !said.contains("T013"), "{said}");
}

#[test]
fn the_ordinary_minisign_tool_checks_ours_and_signs_for_us() {
    if Command::new("minisign").arg("-v").output().is_err() {
        return Requirement::Minisign.is_missing("the tool minisign is not installed");
    }
    let home = tempfile::tempdir().expect("a home");
    let home = home.path();
    let tool = |args: &[&str]| done(&Command::new("minisign").current_dir(home).args(args).output().expect("runs"), 0);
    fs::write(home.join("trees.toml"), pack(1)).expect("written");
    done(&mizha(home, &["pack", "keygen", "officer", "--no-password"]), 0);
    done(&mizha(home, &["pack", "sign", "trees.toml", "--key", "officer.key"]), 0);
    let ours = Bundle::read(&fs::read(home.join("trees.mzpack")).expect("read")).expect("a bundle");
    fs::write(home.join("manifest.toml"), &ours.manifest).expect("written");
    fs::write(home.join("manifest.toml.minisig"), &ours.signature).expect("written");
    let said = tool(&["-Vm", "manifest.toml", "-p", "officer.pub"]);
    assert!(said.contains("mizha pack trees sequence 1"), "{said}");
    // The other way round: the tool's key, the tool's signature.
    tool(&["-G", "-W", "-p", "tool.pub", "-s", "tool.key"]);
    done(&mizha(home, &["pack", "sign", "trees.toml", "--sequence", "5", "--prepare", "out"]), 0);
    tool(&["-S", "-s", "tool.key", "-m", "out/manifest.toml"]);
    done(&mizha(home, &["pack", "sign", "--assemble", "out", "-o", "by-tool.mzpack"]), 0);
    let said = done(&mizha(home, &["pack", "verify", "by-tool.mzpack", "-P", "tool.pub"]), 0);
    assert!(said.contains("sequence 5"), "{said}");
    assert!(done(&mizha(home, &["pack", "verify", "by-tool.mzpack", "-P", "officer.pub"]), 2).contains("T006"));
}
