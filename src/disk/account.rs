//! The names of this machine's accounts, as its own table of them has it.

/// The name of an account; none for one the table does not know.
pub fn account(uid: u32) -> Option<String> {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_account_is_roots() {
        assert_eq!((account(0).as_deref(), account(u32::MAX)), (Some("root"), None));
    }
}
