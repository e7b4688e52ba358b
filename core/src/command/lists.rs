//! Lists.

use super::context::{Cx, Done, count, fail, int, is, range, read, wrote};
use super::errors::{NO_SUCH_KEY, SYNTAX};
use super::spec::{Args, Reply};
use super::strings::stored;
use crate::data::List;
use alloc::vec::Vec;
use bytes::Bytes;

/// An end of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Left,
    Right,
}
impl End {
    fn push(self, list: &mut List, item: Bytes) {
        match self {
            End::Left => list.push_front(item),
            End::Right => list.push_back(item),
        }
    }
    fn pop(self, list: &mut List) -> Option<Bytes> {
        match self {
            End::Left => list.pop_front(),
            End::Right => list.pop_back(),
        }
    }
}

fn push(cx: &mut Cx<'_, '_>, args: &Args, end: End, only_if_there: bool) -> Done {
    if cx.list_to_write(&args[1])?.is_none() && only_if_there {
        return read(Reply::Int(0));
    }
    cx.touched(args.len() - 2);
    let length = cx.update_list(&args[1], |list| {
        for item in &args[2..] {
            end.push(list, stored(item));
        }
        list.len()
    });
    wrote(count(length), true)
}
pub(super) fn lpush(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Left, false)
}
pub(super) fn rpush(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Right, false)
}
pub(super) fn lpushx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Left, true)
}
pub(super) fn rpushx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Right, true)
}

/// LPOP key [count]: the count from 6.2 on, as the arity says.
fn pop(cx: &mut Cx<'_, '_>, args: &Args, name: &str, end: End) -> Done {
    let wanted = match args {
        [_, _] => None,
        [_, _, n] => Some(positive(n)?),
        _ => return Err(super::errors::wrong_arity(name)),
    };
    if cx.list_to_write(&args[1])?.is_none() {
        return read(if wanted.is_some() { Reply::NilArray } else { Reply::Nil });
    }
    let Some(wanted) = wanted else {
        let item = cx.update_list(&args[1], |list| end.pop(list));
        return wrote(item.map_or(Reply::Nil, Reply::Bulk), true);
    };
    if wanted == 0 {
        return read(Reply::Array(Vec::new()));
    }
    let items: Vec<Reply> = cx.update_list(&args[1], |list| core::iter::from_fn(|| end.pop(list)).take(wanted).map(Reply::Bulk).collect());
    cx.touched(items.len());
    wrote(Reply::Array(items), true)
}
/// A count that must not be negative.
pub(super) fn positive(arg: &[u8]) -> Result<usize, Reply> {
    let n = crate::resp::parse_i64(arg).unwrap_or(-1);
    usize::try_from(n).map_err(|_| Reply::error("ERR value is out of range, must be positive"))
}
pub(super) fn lpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, "lpop", End::Left)
}
pub(super) fn rpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, "rpop", End::Right)
}

pub(super) fn llen(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let list = cx.list(&args[1])?;
    read(count(list.map_or(0, |list| list.len())))
}
pub(super) fn lrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let Some(list) = cx.list(&args[1])? else { return read(Reply::Array(Vec::new())) };
    let items: Vec<Reply> = match range(start, end, list.len()) {
        None => Vec::new(),
        Some((from, to)) => list.iter_from(from).take(to - from + 1).map(|item| Reply::Bulk(item.clone())).collect(),
    };
    cx.touched(items.len());
    read(Reply::Array(items))
}
/// The place of an index that may count from the end.
fn place(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { i64::try_from(len).ok()?.checked_add(index)? } else { index };
    usize::try_from(index).ok().filter(|&index| index < len)
}
pub(super) fn lindex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let Some(list) = cx.list(&args[1])? else { return read(Reply::Nil) };
    let index = int(&args[2])?;
    read(place(index, list.len()).and_then(|at| list.get(at)).map_or(Reply::Nil, |item| Reply::Bulk(item.clone())))
}
pub(super) fn lset(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let Some(list) = cx.list_to_write(&args[1])? else { return fail(NO_SUCH_KEY) };
    let index = int(&args[2])?;
    let Some(at) = place(index, list.len()) else { return fail("ERR index out of range") };
    cx.update_list(&args[1], |list| list.replace(at, stored(&args[3])));
    wrote(Reply::OK, true)
}
pub(super) fn ltrim(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let Some(list) = cx.list_to_write(&args[1])? else { return read(Reply::OK) };
    let len = list.len();
    let (from, kept) = range(start, end, len).map_or((len, 0), |(from, to)| (from, to - from + 1));
    let gone = len - kept;
    cx.touched(gone);
    if gone > 0 {
        cx.update_list(&args[1], |list| {
            for _ in 0..from {
                list.pop_front();
            }
            while list.len() > kept {
                list.pop_back();
            }
        });
    }
    // 7.0 counts what it removed; before, LTRIM always counts as a change.
    wrote(Reply::OK, gone > 0 || !cx.has(crate::era::Era::V7_0))
}
pub(super) fn lrem(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let wanted = int(&args[2])?;
    let Some(list) = cx.list_to_write(&args[1])? else { return read(Reply::Int(0)) };
    let most = match wanted {
        0 => usize::MAX,
        n => usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX),
    };
    let item = &args[3];
    let all = list.iter().filter(|other| *other == item).count();
    let (len, gone) = (list.len(), all.min(most));
    cx.touched(len);
    if gone == 0 {
        return read(Reply::Int(0));
    }
    // From the tail: the first ones stay.
    let mut spare = if wanted < 0 { all - gone } else { 0 };
    let mut left = gone;
    cx.update_list(&args[1], |list| {
        list.remove_where(|_, other| {
            if other != item || left == 0 {
                return false;
            }
            if spare > 0 {
                spare -= 1;
                return false;
            }
            left -= 1;
            true
        })
    });
    wrote(count(gone), true)
}
pub(super) fn linsert(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let after = if is(&args[2], "after") {
        true
    } else if is(&args[2], "before") {
        false
    } else {
        return fail(SYNTAX);
    };
    let Some(list) = cx.list_to_write(&args[1])? else { return read(Reply::Int(0)) };
    let len = list.len();
    let pivot = list.iter().position(|item| *item == args[3]);
    cx.touched(len);
    let Some(pivot) = pivot else { return read(Reply::Int(-1)) };
    cx.update_list(&args[1], |list| list.insert(pivot + usize::from(after), stored(&args[4])));
    wrote(count(len + 1), true)
}

fn move_item(cx: &mut Cx<'_, '_>, args: &Args, from: End, to: End) -> Done {
    if cx.list_to_write(&args[1])?.is_none() {
        return read(Reply::Nil);
    }
    if args[1] == args[2] {
        // The key stays, with its time to live, though the list may be empty for a moment.
        let item = cx.update_list(&args[1], |list| {
            let item = from.pop(list)?;
            to.push(list, item.clone());
            Some(item)
        });
        return wrote(item.map_or(Reply::Nil, Reply::Bulk), true);
    }
    cx.list_to_write(&args[2])?;
    let Some(item) = cx.update_list(&args[1], |list| from.pop(list)) else { return read(Reply::Nil) };
    let moved = item.clone();
    cx.update_list(&args[2], |list| to.push(list, moved));
    wrote(Reply::Bulk(item), true)
}
pub(super) fn rpoplpush(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    move_item(cx, args, End::Right, End::Left)
}
pub(super) fn lmove(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let end = |arg: &[u8]| match () {
        () if is(arg, "left") => Ok(End::Left),
        () if is(arg, "right") => Ok(End::Right),
        () => fail(SYNTAX),
    };
    let (from, to) = (end(&args[3])?, end(&args[4])?);
    move_item(cx, args, from, to)
}
