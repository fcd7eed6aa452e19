//! A pack as one file that travels by any way, a stick included: a zip of the manifest, its
//! signature, and the files. Everything is bounded, and nothing is believed before the signature.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Seek, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::PackRefusal;
#[cfg(feature = "author")]
use super::SecretKey;
use super::keys::{PublicKey, SignatureMismatch};
use super::manifest::{MANIFEST, Manifest, sha256};
use crate::pack::compiled::{compiled_name, source_name};
use crate::pack::{Pack, common};

/// What the name of a bundle ends with.
pub const EXTENSION: &str = "mzpack";
/// The signature's name in a bundle: what the minisign tool looks for beside the manifest.
const SIGNATURE: &str = "manifest.toml.minisig";
/// Bytes of a manifest and of a signature.
const SMALL: u64 = 256 << 10;
/// Bytes of one pack file.
const FILE: u64 = 32 << 20;
/// Bytes of all files together.
const TOTAL: u64 = 64 << 20;
/// Files in a bundle.
const FILES: usize = 64;

/// A bundle, opened and not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The manifest's text.
    pub manifest: String,
    /// The signature's text.
    pub signature: String,
    /// The files by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files left unread, because their compiled form is there.
    pub unread: BTreeSet<String>,
}

/// A bundle whose signature and files were checked.
#[derive(Debug, Clone)]
pub struct VerifiedBundle {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The key that signed it.
    pub key: PublicKey,
    /// Its files by name.
    pub files: BTreeMap<String, Arc<Vec<u8>>>,
    /// SHA-256 of the manifest: tells two packs with one sequence apart.
    pub digest: String,
}

impl Bundle {
    /// Signs files as one bundle.
    ///
    /// # Errors
    /// When the system has no randomness.
    #[cfg(feature = "author")]
    pub fn signed(manifest: &Manifest, files: BTreeMap<String, Vec<u8>>, key: &SecretKey) -> Result<Self, String> {
        let text = manifest.text();
        let signature = key.sign(text.as_bytes(), &manifest.comment(&text))?;
        Ok(Bundle::new(text, signature, files))
    }

    /// A bundle of its parts.
    pub fn new(manifest: String, signature: String, files: BTreeMap<String, Vec<u8>>) -> Self {
        Bundle { manifest, signature, files, unread: BTreeSet::new() }
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// [`PackRefusal::Container`] and its like when it is none, too big, or lacks a part.
    pub fn read(bytes: &[u8]) -> Result<Self, PackRefusal> {
        Bundle::read_with(Cursor::new(bytes), false)
    }

    /// Reads what is needed of a bundle that was taken before: of a pack its compiled form, if there is one.
    ///
    /// # Errors
    /// As [`Bundle::read`].
    pub fn read_compiled(source: impl Read + Seek) -> Result<Self, PackRefusal> {
        Bundle::read_with(source, true)
    }

    fn read_with(source: impl Read + Seek, compiled: bool) -> Result<Self, PackRefusal> {
        let damaged = |e: &dyn std::fmt::Display| PackRefusal::Container(e.to_string());
        let mut archive = ZipArchive::new(source).map_err(|e| damaged(&e))?;
        if archive.len() > FILES {
            return Err(PackRefusal::Container(format!("{} members", archive.len())));
        }
        let names: BTreeSet<String> = archive.file_names().flatten().map(Cow::into_owned).collect();
        let mut unread = BTreeSet::new();
        let mut members = BTreeMap::new();
        let mut left = TOTAL;
        for at in 0..archive.len() {
            let member = archive.by_index(at).map_err(|e| damaged(&e))?;
            let name = member.name().map_err(|e| damaged(&e))?.into_owned();
            if compiled && compiled_name(&name).is_some_and(|form| names.contains(&form)) {
                unread.insert(name);
                continue;
            }
            let most = if name == MANIFEST || name == SIGNATURE { SMALL } else { FILE.min(left) };
            let mut content = Vec::with_capacity(member.size().min(most) as usize + 1);
            member.take(most + 1).read_to_end(&mut content).map_err(|e| damaged(&e))?;
            if content.len() as u64 > most {
                return Err(PackRefusal::Container(format!("{name} is too big")));
            }
            left = left.saturating_sub(content.len() as u64);
            if members.insert(name.clone(), content).is_some() {
                return Err(PackRefusal::Container(format!("{name} twice")));
            }
        }
        let text = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let manifest = text(members.remove(MANIFEST)).ok_or_else(|| PackRefusal::Missing(MANIFEST.into()))?;
        let signature = text(members.remove(SIGNATURE)).ok_or(PackRefusal::Signature)?;
        Ok(Bundle { manifest, signature, files: members, unread })
    }

    /// The bundle as one file.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let fixed = [(MANIFEST, self.manifest.as_bytes()), (SIGNATURE, self.signature.as_bytes())];
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        for (name, bytes) in fixed.into_iter().chain(files) {
            // What is read at every start is not packed.
            let method = match source_name(name) {
                Some(_) => CompressionMethod::Stored,
                None => CompressionMethod::Deflated,
            };
            let options = SimpleFileOptions::default().compression_method(method);
            zip.start_file(name, options).map_err(|e| e.to_string())?;
            zip.write_all(bytes).map_err(|e| e.to_string())?;
        }
        zip.finish().map(Cursor::into_inner).map_err(|e| e.to_string())
    }

    /// Believes the bundle, or says why not: signature first, then every file.
    ///
    /// # Errors
    /// What does not fit.
    pub fn verify(&self, trusted: &[PublicKey]) -> Result<VerifiedBundle, PackRefusal> {
        self.clone().verified(trusted)
    }

    /// The same for a bundle that is not needed any more.
    ///
    /// # Errors
    /// As [`Bundle::verify`].
    pub fn verified(mut self, trusted: &[PublicKey]) -> Result<VerifiedBundle, PackRefusal> {
        if trusted.is_empty() {
            return Err(PackRefusal::NoKeys);
        }
        let signature = minisign_verify::Signature::decode(&self.signature).map_err(|_| PackRefusal::Signature)?;
        let key = self.signer(trusted, &signature)?;
        let manifest = Manifest::parse(&self.manifest)?;
        let files = self.whole_files(&manifest)?;
        Ok(VerifiedBundle { manifest, key, files, digest: sha256(self.manifest.as_bytes()) })
    }

    fn signer(&self, trusted: &[PublicKey], signature: &minisign_verify::Signature) -> Result<PublicKey, PackRefusal> {
        let mut forged = false;
        for key in trusted {
            match key.verify(self.manifest.as_bytes(), signature) {
                Ok(()) => return Ok(key.clone()),
                Err(SignatureMismatch::Forged) => forged = true,
                Err(SignatureMismatch::OtherKey) => {}
            }
        }
        if !forged {
            return Err(PackRefusal::WrongKey(key_id(&self.signature)));
        }
        Err(self.what_was_changed(signature.trusted_comment()))
    }

    /// The comment our own signing writes names the manifest, so that it tells what was changed.
    /// Only to choose the words: the pack is refused whatever it says.
    fn what_was_changed(&self, comment: &str) -> PackRefusal {
        let Ok(manifest) = Manifest::parse(&self.manifest) else { return PackRefusal::Forged };
        let names = |what: &str| comment.ends_with(what);
        let other_manifest = !names(&format!("sha256 {}", sha256(self.manifest.as_bytes())));
        let ours = comment.starts_with("mizha pack ") && comment.contains(" sha256 ");
        match (ours, other_manifest) {
            (false, _) => PackRefusal::Forged,
            (true, false) if comment == manifest.comment(&self.manifest) => PackRefusal::Forged,
            (true, false) => PackRefusal::Comment,
            (true, true)
                if comment.starts_with(&format!("mizha pack {} sequence {} ", manifest.id, manifest.sequence)) =>
            {
                PackRefusal::Forged
            }
            (true, true) => PackRefusal::Mixed,
        }
    }

    fn whole_files(&mut self, manifest: &Manifest) -> Result<BTreeMap<String, Arc<Vec<u8>>>, PackRefusal> {
        let mut files = BTreeMap::new();
        for entry in manifest.files.iter().filter(|entry| !self.unread.contains(&entry.name)) {
            let bytes = self.files.remove(&entry.name).ok_or_else(|| PackRefusal::Missing(entry.name.clone()))?;
            if bytes.len() as u64 != entry.length || sha256(&bytes) != entry.sha256 {
                return Err(PackRefusal::Swapped(entry.name.clone()));
            }
            if simdutf8::basic::from_utf8(&bytes).is_err() {
                return Err(PackRefusal::Swapped(entry.name.clone()));
            }
            files.insert(entry.name.clone(), Arc::new(bytes));
        }
        match self.files.keys().next() {
            Some(name) => Err(PackRefusal::Unlisted(name.clone())),
            None if files.is_empty() => Err(PackRefusal::Manifest("no file".into())),
            None => Ok(files),
        }
    }
}

/// The key's number in a signature, as the minisign tool prints it: eight bytes, low ones first, behind two
/// that name the algorithm, at the start of the second line.
fn key_id(signature: &str) -> String {
    const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = signature.lines().nth(1).and_then(|line| line.as_bytes().get(..16));
    let bits = digits.and_then(|digits| {
        digits.iter().try_fold(0u128, |bits, digit| {
            let value = BASE64.iter().position(|known| known == digit)?;
            Some(bits << 6 | value as u128)
        })
    });
    // Twelve bytes: two of the algorithm, eight of the number, two of the signature.
    bits.map_or_else(|| "?".to_string(), |bits| format!("{:016X}", ((bits >> 16) as u64).swap_bytes()))
}

impl VerifiedBundle {
    /// The packs in it, each with the sequence.
    ///
    /// # Errors
    /// [`PackRefusal::Rules`] when one is not valid, or its compiled form says something else.
    pub fn packs(&self) -> Result<Vec<Pack>, PackRefusal> {
        let compiled = self.read_packs(|name| source_name(name).is_some())?;
        let packs = self.read_packs(|name| source_name(name).is_none())?;
        for compiled in compiled {
            if !packs.contains(&compiled) {
                return Err(PackRefusal::Rules(format!(
                    "{}: the compiled form says something else than the file",
                    compiled.id
                )));
            }
        }
        Ok(packs)
    }

    /// The packs of a bundle whose packs were looked at when it was taken: the compiled forms, where there are any.
    ///
    /// # Errors
    /// [`PackRefusal::Rules`] when one is not valid.
    pub fn packs_taken(&self) -> Result<Vec<Pack>, PackRefusal> {
        self.read_packs(|name| !compiled_name(name).is_some_and(|compiled| self.files.contains_key(&compiled)))
    }

    fn read_packs(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<Pack>, PackRefusal> {
        let refused = |e: crate::pack::PackError| PackRefusal::Rules(e.to_string());
        let common = common().map_err(refused)?;
        let read = |(name, bytes): (&String, &Arc<Vec<u8>>)| {
            let pack = match source_name(name) {
                Some(_) => Pack::taken(name, bytes, Some(&common)),
                None => Pack::parse(name, simdutf8::basic::from_utf8(bytes).unwrap_or_default(), Some(&common)),
            };
            Ok(Pack { sequence: Some(self.manifest.sequence), ..pack.map_err(refused)? })
        };
        self.files.iter().filter(|(name, _)| wanted(name)).map(read).collect()
    }
}

#[cfg(all(test, feature = "author"))]
mod tests {
    use super::*;
    use crate::pack::trust::{FileEntry, KeyPair};

    #[test]
    fn the_number_of_a_key_is_the_one_minisign_prints() {
        let signed = bundle(1, &key().0).signature;
        let number = minisign::SignatureBox::from_string(&signed).expect("a signature").keynum().to_vec();
        let number = u64::from_le_bytes(number.try_into().expect("eight bytes"));
        assert_eq!(key_id(&signed), format!("{number:016X}"));
        assert_eq!(key_id("no signature\nat all"), "?");
    }

    fn key() -> (SecretKey, PublicKey) {
        let pair = KeyPair::generate(None).expect("a pair");
        let secret = SecretKey::open(&pair.secret, || Err("no password")).expect("opened");
        (secret, PublicKey::parse(&pair.public).expect("a key"))
    }

    fn bundle(sequence: u64, key: &SecretKey) -> Bundle {
        let file = b"# trees".to_vec();
        let at: jiff::Timestamp = "2026-11-25T08:00:00Z".parse().expect("an instant");
        let manifest = Manifest::new("trees", sequence, at, 30, vec![FileEntry::of("trees.toml", &file)]);
        Bundle::signed(&manifest, BTreeMap::from([("trees.toml".into(), file)]), key).expect("signed")
    }

    #[test]
    fn a_bundle_is_believed_only_whole() {
        let ((secret, public), (other_secret, other)) = (key(), key());
        let good = bundle(7, &secret);
        let again = Bundle::read(&good.bytes().expect("packed")).expect("read");
        assert_eq!(again, good);
        let verified = good.verify(&[other, public.clone()]).expect("the next key counts as well");
        assert_eq!((verified.manifest.sequence, verified.key.as_str()), (7, public.as_str()));
        let trusted = [public];
        let refused = |bundle: Bundle| bundle.verify(&trusted).expect_err("an attack");
        assert_eq!(good.verify(&[]).expect_err("no keys"), PackRefusal::NoKeys);
        assert!(matches!(refused(bundle(7, &other_secret)), PackRefusal::WrongKey(_)));
        let edited = Bundle { signature: good.signature.replace("sequence 7", "sequence 9"), ..good.clone() };
        assert_eq!(refused(edited), PackRefusal::Comment);
        let mixed = Bundle { signature: bundle(6, &secret).signature, ..good.clone() };
        assert_eq!(refused(mixed), PackRefusal::Mixed);
        let forged = Bundle { manifest: good.manifest.replace("rollout = 100", "rollout = 50"), ..good.clone() };
        assert_eq!(refused(forged), PackRefusal::Forged);
        let swapped = Bundle { files: BTreeMap::from([("trees.toml".into(), b"# treex".to_vec())]), ..good.clone() };
        assert_eq!(refused(swapped), PackRefusal::Swapped("trees.toml".into()));
        let mut more = good.clone();
        more.files.insert("birds.toml".into(), Vec::new());
        assert_eq!(refused(more), PackRefusal::Unlisted("birds.toml".into()));
        assert_eq!(refused(Bundle { files: BTreeMap::new(), ..good }), PackRefusal::Missing("trees.toml".into()));
    }

    #[test]
    fn what_is_no_bundle_is_refused_and_never_panics() {
        let (secret, _) = key();
        let bytes = bundle(1, &secret).bytes().expect("packed");
        for end in 0..bytes.len() {
            assert!(Bundle::read(&bytes[..end]).is_err(), "cut at {end}");
        }
    }
}
