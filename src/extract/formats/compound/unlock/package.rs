//! Packages in an envelope ([MS-OFFCRYPTO] 2.3.4): encrypted with AES, with the key told in bytes
//! (standard) or in XML (agile).

use std::convert::Infallible;

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockDecrypt, KeyInit};
use aes::{Aes128Dec, Aes192Dec, Aes256Dec};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

use super::{array, password};
use crate::extract::driver::Context;
use crate::extract::formats::xml::{self, Attribute, Visitor, value};
use crate::extract::support::bytes::{u16_at, u32_at};
use crate::extract::support::transfer::base64;

/// Rounds of hashing above which a file is left locked: ten times what programs use.
const ROUNDS: u32 = 1_000_000;
/// Bytes encrypted with one beginning.
const SEGMENT: usize = 4096;
/// Bytes of a block.
const BLOCK: usize = 16;

/// What opens the package of an envelope.
pub(in crate::extract::formats::compound) enum Key {
    Standard(Aes),
    Agile(Aes, Method),
}

impl Key {
    /// The key that follows from the default password, if it is the right one: `info` tells how the package
    /// is encrypted.
    pub(in crate::extract::formats::compound) fn read(info: &[u8], cx: &mut Context<'_>) -> Option<Self> {
        match (u16_at(info, 0)?, u16_at(info, 2)?) {
            (4, 4) => agile(info.get(8..)?, cx),
            (2..=4, 2) => standard(info.get(8..)?),
            _ => None,
        }
    }

    /// Decrypts a package: its length, then its bytes in whole blocks.
    pub(in crate::extract::formats::compound) fn open<'p>(&self, package: &'p mut [u8]) -> Option<&'p [u8]> {
        let length = usize::try_from(u64::from_le_bytes(array(package, 0)?)).ok()?;
        let bytes = &mut package[8..];
        match self {
            Key::Standard(aes) => bytes.chunks_exact_mut(BLOCK).for_each(|block| aes.decrypt(block)),
            Key::Agile(aes, method) => {
                for (number, segment) in bytes.chunks_mut(SEGMENT).enumerate() {
                    let first = method.hash.of(&[&method.salt, &(number as u32).to_le_bytes()]);
                    aes.chained(segment, array(&first, 0)?);
                }
            }
        }
        let length = length.min(bytes.len());
        Some(&bytes[..length])
    }
}

/// AES with a key of one of three lengths.
pub(in crate::extract::formats::compound) enum Aes {
    Short(Aes128Dec),
    Middle(Aes192Dec),
    Long(Aes256Dec),
}

impl Aes {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128Dec::new_from_slice(key).ok().map(Aes::Short),
            24 => Aes192Dec::new_from_slice(key).ok().map(Aes::Middle),
            32 => Aes256Dec::new_from_slice(key).ok().map(Aes::Long),
            _ => None,
        }
    }

    fn decrypt(&self, block: &mut [u8]) {
        let block = GenericArray::from_mut_slice(block);
        match self {
            Aes::Short(aes) => aes.decrypt_block(block),
            Aes::Middle(aes) => aes.decrypt_block(block),
            Aes::Long(aes) => aes.decrypt_block(block),
        }
    }

    /// Decrypts whole blocks, each combined with the one before it.
    fn chained(&self, bytes: &mut [u8], mut before: [u8; BLOCK]) {
        for block in bytes.chunks_exact_mut(BLOCK) {
            let encrypted: [u8; BLOCK] = std::array::from_fn(|n| block[n]);
            self.decrypt(block);
            block.iter_mut().zip(before).for_each(|(byte, before)| *byte ^= before);
            before = encrypted;
        }
    }
}

/// [MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9.
fn standard(info: &[u8]) -> Option<Key> {
    let length = u32_at(info, 0)? as usize;
    let header = info.get(4..)?;
    let bits = u32_at(header, 16)?;
    let verifying = header.get(length..)?;
    let salt: [u8; 16] = array(verifying, 4)?;
    let (mut verifier, mut hash): ([u8; 16], [u8; 32]) = (array(verifying, 20)?, array(verifying, 40)?);
    let mut hashed = Sha1::digest([&salt[..], &password()].concat());
    for round in 0..50_000u32 {
        hashed = Sha1::new().chain_update(round.to_le_bytes()).chain_update(hashed).finalize();
    }
    hashed = Sha1::new().chain_update(hashed).chain_update(0u32.to_le_bytes()).finalize();
    let half = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(hashed).for_each(|(byte, hashed)| *byte ^= hashed);
        Sha1::digest(block)
    };
    let key = [half(0x36), half(0x5C)].concat();
    let aes = Aes::new(key.get(..bits as usize / 8)?)?;
    aes.decrypt(&mut verifier);
    hash.chunks_exact_mut(BLOCK).for_each(|block| aes.decrypt(block));
    if Sha1::digest(verifier)[..] != hash[..20] {
        return None;
    }
    Some(Key::Standard(aes))
}

/// What the XML of the envelope says of the package and of its key.
#[derive(Default)]
struct Agile {
    data: Option<Vec<Attribute>>,
    key: Option<Vec<Attribute>>,
}

/// [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15.
fn agile(info: &[u8], cx: &mut Context<'_>) -> Option<Key> {
    let mut said = Agile::default();
    xml::walk(info, &mut said, cx).ok()?;
    let (data, key) = (Method::read(&said.data?)?, said.key?);
    let how = Method::read(&key)?;
    let rounds = value(&key, "spinCount")?.parse().ok().filter(|rounds| *rounds <= ROUNDS)?;
    let decrypted = |name: &str, purpose: [u8; 8], hashed: &[u8]| {
        let mut bytes = base64(value(&key, name)?.as_bytes());
        let aes = Aes::new(&how.fitted(how.hash.of(&[hashed, &purpose]), how.key))?;
        aes.chained(&mut bytes, array(&how.salt, 0)?);
        Some(bytes)
    };
    let mut hashed = how.hash.of(&[&how.salt, &password()]);
    for round in 0..rounds {
        hashed = how.hash.of(&[&u32::to_le_bytes(round), &hashed]);
    }
    let input = decrypted("encryptedVerifierHashInput", [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], &hashed)?;
    let wanted = decrypted("encryptedVerifierHashValue", [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], &hashed)?;
    let check = how.hash.of(&[input.get(..how.salt.len())?]);
    if wanted.get(..check.len())? != check {
        return None;
    }
    let package_key = decrypted("encryptedKeyValue", [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &hashed)?;
    Some(Key::Agile(Aes::new(package_key.get(..data.key)?)?, data))
}

/// How something is encrypted.
pub(in crate::extract::formats::compound) struct Method {
    hash: Hash,
    salt: Vec<u8>,
    /// Bytes of the key.
    key: usize,
}

impl Method {
    fn read(said: &[Attribute]) -> Option<Self> {
        let is_read = value(said, "cipherAlgorithm") == Some("AES")
            && value(said, "cipherChaining") == Some("ChainingModeCBC")
            && value(said, "blockSize") == Some("16");
        let bits: usize = value(said, "keyBits")?.parse().ok()?;
        let salt = base64(value(said, "saltValue")?.as_bytes());
        let hash = Hash::named(value(said, "hashAlgorithm")?)?;
        (is_read && salt.len() == BLOCK).then_some(Method { hash, salt, key: bits / 8 })
    }

    /// A hash cut to a length, or filled up.
    fn fitted(&self, mut hash: Vec<u8>, length: usize) -> Vec<u8> {
        hash.resize(length, 0x36);
        hash
    }
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SHA1" | "SHA-1" => Hash::Sha1,
            "SHA256" | "SHA-256" => Hash::Sha256,
            "SHA384" | "SHA-384" => Hash::Sha384,
            "SHA512" | "SHA-512" => Hash::Sha512,
            _ => return None,
        })
    }

    fn of(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn hashed<D: Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            let mut hash = D::new();
            pieces.iter().for_each(|piece| hash.update(piece));
            hash.finalize().to_vec()
        }
        match self {
            Hash::Sha1 => hashed::<Sha1>(pieces),
            Hash::Sha256 => hashed::<Sha256>(pieces),
            Hash::Sha384 => hashed::<Sha384>(pieces),
            Hash::Sha512 => hashed::<Sha512>(pieces),
        }
    }
}

impl Visitor for Agile {
    type Step = Infallible;

    fn open(&mut self, name: &str, attributes: &[Attribute], _: &mut Context<'_>) -> Option<Infallible> {
        match name {
            "keyData" => self.data = Some(attributes.to_vec()),
            "encryptedKey" => self.key = Some(attributes.to_vec()),
            _ => {}
        }
        None
    }

    fn text(&mut self, _: &str, _: &mut Context<'_>) {}

    fn close(&mut self, _: &str, _: &mut Context<'_>) -> Option<Infallible> {
        None
    }

    fn again(&mut self, step: Infallible, _: &mut Context<'_>) {
        match step {}
    }

    fn aside(&mut self, _: &str, _: &mut Context<'_>) {}
}
