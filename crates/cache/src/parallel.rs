//! Work on several things at once.

/// Works on several things at once, each on a thread of its own.
pub(crate) fn parallel<P: Send, T: Send>(parts: Vec<P>, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    if parts.len() < 2 {
        return parts.into_iter().map(work).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let running: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || work(part)))
            .collect();
        let results = running.into_iter().map(|one| match one.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect()
    })
}

/// Divides things among as many threads as there are cores, those that stand together together.
pub(crate) fn shares<T>(things: Vec<T>) -> Vec<Vec<T>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    shares_of(things, threads)
}

/// Divides things into so many shares, those that stand together together.
pub(crate) fn shares_of<T>(things: Vec<T>, count: usize) -> Vec<Vec<T>> {
    let each = things.len().div_ceil(count.max(1)).max(1);
    let mut things = things.into_iter().peekable();
    let mut shares = Vec::with_capacity(count);
    while things.peek().is_some() {
        shares.push(things.by_ref().take(each).collect());
    }
    shares
}
