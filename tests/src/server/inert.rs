//! Directives of real servers that have no meaning here: accepted, with a warning.

use resync_core::command::is_inert;
use resync_core::era::Era;
use resync_core::era::Era::{V4_0, V6_2, V7_0};

/// What only a file may hold, with the era that has it first; the engine knows the others.
const INERT: &[(&str, Era)] = &[("loadmodule", V4_0), ("lua-enable-deprecated-api", V7_0), ("user", V6_2)];

/// Whether a server of this era takes the directive, though it does nothing here.
pub(super) fn knows(era: Era, name: &str) -> bool {
    is_inert(era, name.as_bytes()) || INERT.iter().any(|(inert, since)| era.has(*since) && *inert == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use resync_core::command::directives::Config;

    fn words(text: &str) -> Vec<Bytes> {
        text.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect()
    }

    #[test]
    fn what_has_no_effect_is_kept_and_listed_in_its_eras() {
        for era in Era::ALL {
            let mut config = Config::defaults(era);
            let (known, set) = (config.get(&words("dynamic-hz")), config.set(&words("dynamic-hz no")));
            assert_eq!((known.len(), set.is_ok()), if era.has(Era::V5_0) { (1, true) } else { (0, false) }, "{era}");
            assert_eq!(config.get(&words("dynamic-hz")).iter().any(|(_, value)| value == "no"), era.has(Era::V5_0));
            assert!(config.set(&words("daemonize yes")).is_err(), "{era}: not while it runs");
            let listed = config.get(&words("*"));
            let count = |name: &str| listed.iter().filter(|(listed, _)| listed == name).count();
            assert_eq!(count("tcp-backlog"), usize::from(era.has(Era::V2_8)), "{era}");
            assert_eq!((count("slaveof"), count("replicaof")), (1, usize::from(era.has(Era::V7_0))), "{era}");
            for (name, _) in &listed {
                assert_eq!(count(name), 1, "{era}: {name}");
                assert!(!is_inert(era, name.as_bytes()) || !Config::knows(era, name.as_bytes()), "{era}: {name}");
            }
        }
    }

    #[test]
    fn what_the_engine_serves_is_not_inert() {
        for (name, _) in INERT {
            assert!(Era::ALL.iter().all(|era| !Config::knows(*era, name.as_bytes())), "{name}");
        }
        assert!(knows(Era::V7_0, "tls-port") && !knows(Era::V3_0, "tls-port"));
    }
}
