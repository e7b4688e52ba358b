//! CONFIG REWRITE of a real file: read, brought in line, written beside it and renamed.

use super::conf::Setup;
use resync_core::command::conf_file::{self, Wanted};
use resync_core::command::directives::Config;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

/// The file that the server was started with.
pub(super) struct OwnFile {
    path: Option<PathBuf>,
    kept: BTreeMap<&'static str, String>,
}
impl OwnFile {
    pub(super) fn new(setup: &Setup) -> OwnFile {
        OwnFile { path: setup.file.clone(), kept: setup.kept.clone() }
    }

    /// Writes it again. A file that is gone is made anew.
    pub(super) fn rewrite(&self, config: &Config, mut wanted: Vec<Wanted>) -> io::Result<()> {
        let path = self.path.as_ref().ok_or(ErrorKind::NotFound)?;
        let old = match std::fs::read(path) {
            Ok(text) => String::from_utf8_lossy(&text).into_owned(),
            Err(why) if why.kind() == ErrorKind::NotFound => String::new(),
            Err(why) => return Err(why),
        };
        // New lines of this program stand where Redis appends its own.
        let acl = config.era().capabilities().acl;
        let place = |name: &str| wanted.iter().position(|one| one.name == name).unwrap_or(wanted.len());
        let (at, user_at) = (if acl { place("save") } else { place("timeout") }, place("dir"));
        if acl {
            wanted.insert(user_at, Wanted::always("user", user_line(&config.requirepass)));
        }
        wanted.splice(at..at, self.kept.iter().map(|(name, line)| Wanted::always(name, line.clone())));
        let new = conf_file::rewrite(&old, &wanted, config.era());
        let beside = path.with_extension(format!("conf.{}.tmp", std::process::id()));
        let written = std::fs::File::create(&beside).and_then(|mut file| {
            file.write_all(new.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| std::fs::rename(&beside, path)).inspect_err(|_| drop(std::fs::remove_file(&beside)))
    }
}

/// From 6.0 on the password stands there a second time: hashed, as that of the one user there is.
fn user_line(password: &[u8]) -> String {
    let secret = if password.is_empty() { "nopass".to_owned() } else { format!("#{}", hex(&sha256(password))) };
    format!("user default on {secret} ~* &* +@all")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// FIPS 180-4. The constants are the fractions of roots of the first primes, so they are computed.
fn sha256(message: &[u8]) -> [u8; 32] {
    let primes = || (2u128..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
    // The first 32 bits behind the point of a root: the integer root of the number times 2^(32·degree).
    let fraction = |n: u128, degree: u32| {
        let (mut low, mut high) = (0u128, 1 << 38);
        while high - low > 1 {
            let middle = u128::midpoint(low, high);
            if middle.pow(degree) <= n << (32 * degree) { low = middle } else { high = middle }
        }
        low as u32
    };
    let rounds: Vec<u32> = primes().take(64).map(|n| fraction(n, 3)).collect();
    let mut state: Vec<u32> = primes().take(8).map(|n| fraction(n, 2)).collect();
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut w: Vec<u32> = block.chunks_exact(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]])).collect();
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            w.push(w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1));
        }
        let mut s: [u32; 8] = std::array::from_fn(|i| state[i]);
        for (k, w) in rounds.iter().zip(&w) {
            let [a, b, c, d, e, f, g, h] = s;
            let e1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let one = h.wrapping_add(e1).wrapping_add((e & f) ^ (!e & g)).wrapping_add(*k).wrapping_add(*w);
            let e0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let two = e0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            s = [one.wrapping_add(two), a, b, c, d.wrapping_add(one), e, f, g];
        }
        for (sum, new) in state.iter_mut().zip(s) {
            *sum = sum.wrapping_add(new);
        }
    }
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_line_of_real_servers() {
        assert_eq!(user_line(b""), "user default on nopass ~* &* +@all");
        // As Redis 6.2.14 and 7.0.15 wrote it for this password.
        let hash = "2dc671fdee7fee2f3b9925e640666a2c276af788ddc9538ec72877927af6cb64";
        assert_eq!(user_line(b"my pass"), format!("user default on #{hash} ~* &* +@all"));
    }
}
