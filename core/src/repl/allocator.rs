//! The allocators of real servers: they give more than they are asked for, and Redis uses and counts what it got (docs/redis.md §3.2, §2.7).

/// The allocator that a server imitates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Allocator {
    /// The C library's, as in the servers of the recordings.
    #[default]
    Libc,
    /// jemalloc, as in Debian's servers and in most others on Linux: sizes come in classes.
    Jemalloc,
}

impl Allocator {
    /// `libc` or `jemalloc`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Allocator::Libc => "libc",
            Allocator::Jemalloc => "jemalloc",
        }
    }
    /// The allocator of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Allocator> {
        [Allocator::Libc, Allocator::Jemalloc].into_iter().find(|allocator| allocator.name() == name)
    }
    /// The bytes that a block of the shared replication buffer holds (7.0) for which `size` are asked beside its `header`.
    #[must_use]
    pub const fn block(self, size: u64, header: u64) -> u64 {
        match self {
            Allocator::Libc => size.next_multiple_of(16),
            Allocator::Jemalloc => class(size + header) - header,
        }
    }
    /// The bytes of stream that a block of 1 MiB holds in which a replica keeps what comes beside an RDB (8.0). The C library maps the `first` one, in whole
    /// pages; once one was given back it takes others off its heap.
    #[must_use]
    pub const fn sync_block(self, first: bool) -> u64 {
        match self {
            Allocator::Libc if first => 1_052_640,
            Allocator::Libc => 1_048_568,
            Allocator::Jemalloc => (1 << 20) - 16,
        }
    }
    /// The same of a block of Valkey, which is asked for as it is needed: 16 KiB and a header.
    #[must_use]
    pub const fn small_sync_block(self) -> u64 {
        match self {
            Allocator::Libc => 16_392,
            Allocator::Jemalloc => class(16_384 + 16) - 16,
        }
    }
    /// The same of a block of replies (5.0).
    #[must_use]
    pub const fn replies(self, size: u64, header: u64) -> u64 {
        match self {
            Allocator::Libc => size,
            Allocator::Jemalloc => class(size + header) - header,
        }
    }
    /// What a string of this capacity counts (up to 3.2): header, terminator, and what the allocator adds; without jemalloc Redis pads and keeps the size itself.
    #[must_use]
    pub const fn string(self, capacity: u64) -> u64 {
        match self {
            Allocator::Libc => (8 + capacity + 1).next_multiple_of(8) + 8,
            Allocator::Jemalloc => class(8 + capacity + 1),
        }
    }
}

/// The size class of jemalloc on 64 bits: multiples of 16 up to 128, then four classes for each doubling.
const fn class(bytes: u64) -> u64 {
    if bytes <= 8 {
        return 8;
    }
    if bytes <= 128 {
        return bytes.next_multiple_of(16);
    }
    let step = 1u64 << ((bytes - 1).ilog2() - 2);
    bytes.next_multiple_of(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Live 7.0.15 of Debian: `mem_total_replication_buffers:20504` for one block, 64 of them header and list node; 5.0.10 with jemalloc: `omem=3145752` for
    /// 3 000 000 bytes, `omem=229400` for 200 000, 40 of them header and list node.
    #[test]
    fn jemalloc_gives_whole_classes() {
        assert_eq!(Allocator::Jemalloc.block(16_384, 40) + 64, 20_504);
        assert_eq!(Allocator::Jemalloc.replies(3_000_000, 16) + 40, 3_145_752);
        assert_eq!(Allocator::Jemalloc.replies(200_000, 16) + 40, 229_400);
        let classes = [(1, 8), (9, 16), (128, 128), (129, 160), (160, 160), (161, 192), (4_096, 4_096), (4_097, 5_120), (16_424, 20_480)];
        for (bytes, expected) in classes {
            assert_eq!(class(bytes), expected, "{bytes}");
        }
    }

    /// `h5_load_phase_overflow__7.0.15` and `h2_bgsave_slow_outbuf__3.0.7` were recorded with the C library's.
    #[test]
    fn libc_gives_what_was_asked_for() {
        assert_eq!(Allocator::Libc.block(16_384, 40) + 64, 16_448);
        assert_eq!(Allocator::Libc.replies(16_384, 16), 16_384);
        assert_eq!(Allocator::Libc.string(1), 24);
        assert_eq!((Allocator::of("jemalloc"), Allocator::of("tcmalloc")), (Some(Allocator::Jemalloc), None));
    }
}
