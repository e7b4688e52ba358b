//! Numbers by which a master calls its replica's connections where an RDB has one of its own: they go over the wire, and each server has its own.

/// The number at the end of what the master says of a connection: `+RDBCHANNELSYNC 8` (Redis), `$ENDOFF:1177 <id> 0 9` (Valkey).
pub(crate) fn told(bytes: &[u8]) -> Option<&[u8]> {
    let line = bytes.split(|byte| *byte == b'\r').next()?;
    let tells = line.starts_with(b"+RDBCHANNELSYNC ") || line.starts_with(b"$ENDOFF:");
    let number = line.rsplit(|byte| *byte == b' ').next()?;
    (tells && !number.is_empty() && number.iter().all(u8::is_ascii_digit)).then_some(number)
}

/// A replica's request that names a connection by the number that the recorded master gave it, with the number that the node gave it in its place.
pub(super) fn renumbered(bytes: &[u8], recorded: &[Vec<u8>], own: &[Vec<u8>]) -> Vec<u8> {
    for word in [&b"\r\nmain-ch-client-id\r\n$"[..], b"\r\nset-rdb-client-id\r\n$"] {
        let Some(at) = bytes.windows(word.len()).position(|window| window == word) else { continue };
        let from = at + word.len();
        // Length, then number, each with its end of line.
        let mut lines = bytes[from..].splitn(3, |byte| *byte == b'\n');
        let (Some(length), Some(number)) = (lines.next(), lines.next()) else { continue };
        let named = number.strip_suffix(b"\r").unwrap_or(number);
        let Some(mine) = recorded.iter().position(|known| known == named).and_then(|nth| own.get(nth)) else { continue };
        let rest = &bytes[from + length.len() + number.len() + 2..];
        return [&bytes[..from], mine.len().to_string().as_bytes(), b"\r\n", mine, b"\r\n", rest].concat();
    }
    bytes.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_called_by_the_number_that_its_own_master_gave_it() {
        assert_eq!(told(b"+RDBCHANNELSYNC 8\r\n"), Some(&b"8"[..]));
        assert_eq!(told(b"$ENDOFF:1177 653d29f0 0 19\r\n"), Some(&b"19"[..]));
        assert_eq!(told(b"+FULLRESYNC 653d29f0 0\r\n"), None);
        let request = b"*3\r\n$8\r\nREPLCONF\r\n$17\r\nmain-ch-client-id\r\n$1\r\n8\r\n$14\r\nlistening-port\r\n";
        let other = b"*3\r\n$8\r\nREPLCONF\r\n$17\r\nmain-ch-client-id\r\n$2\r\n12\r\n$14\r\nlistening-port\r\n";
        assert_eq!(renumbered(request, &[b"8".to_vec()], &[b"12".to_vec()]), other);
        assert_eq!(renumbered(request, &[b"9".to_vec()], &[b"12".to_vec()]), request, "nobody gave that number");
    }
}
