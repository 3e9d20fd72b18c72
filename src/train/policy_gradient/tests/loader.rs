use rand::RngExt;

use super::*;

/// For each batch of an epoch, its size and a draw.
fn epoch(loader: &dyn DataLoader<SeededBatch<usize>>) -> Vec<(usize, u64)> {
    let batches = loader.iter().map(Result::unwrap);
    let drawn = batches.map(|mut batch| (batch.batch, batch.rng.random()));
    drawn.collect()
}

fn loader(seed: u64, first_epoch: usize) -> SeededLoader<usize> {
    SeededLoader::new(counts(10, 4, &Device::flex()), seed, first_epoch)
}

#[test]
fn a_late_start_continues_the_same_sequence() {
    let whole = loader(1, 1);
    let sequence: Vec<_> = (0..4).map(|_| epoch(&whole)).collect();
    let sizes: Vec<_> = sequence[0].iter().map(|batch| batch.0).collect();
    assert_eq!(sizes, [4, 4, 2]);
    let late = loader(1, 3);
    assert_eq!(epoch(&late), sequence[2]);
    let moved = late.to_device(&Device::flex());
    assert_eq!(epoch(&*moved), sequence[3]);

    let mut draws: Vec<_> = sequence.concat().iter().map(|batch| batch.1).collect();
    draws.extend(epoch(&loader(2, 1)).iter().map(|batch| batch.1));
    let count = draws.len();
    draws.sort_unstable();
    draws.dedup();
    assert_eq!(draws.len(), count, "no generator is used twice");
}

#[test]
fn slices_have_generators_of_their_own() {
    let loader = loader(1, 1);
    let mut draws = Vec::new();
    for (start, end) in [(0, 5), (5, 10)] {
        let part = loader.slice(start, end);
        assert_eq!(part.num_items(), 5);
        draws.extend(epoch(&*part).iter().map(|batch| batch.1));
    }
    assert_eq!(draws.len(), 4);
    draws.sort_unstable();
    draws.dedup();
    assert_eq!(draws.len(), 4);
}

#[test]
fn fixed_draws_are_the_same_in_each_epoch() {
    let loader = SeededLoader::fixed(counts(10, 4, &Device::flex()), 1);
    let first = epoch(&loader);
    assert_eq!(epoch(&loader), first);
    assert_ne!(first[0].1, first[1].1);
}
