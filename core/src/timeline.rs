//! Checkpoints, seek, branches.
