//! Loops over rows, compiled for the widest vector instructions of the processor.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Number of elements above which several threads are used.
const PARALLEL: usize = 1 << 19;

/// Edits a row.
///
/// Methods should be `#[inline(always)]`: a function that is not inlined is compiled for the
/// baseline instruction set.
pub(super) trait EditRow<T>: Sync {
    fn edit(&self, index: usize, row: &mut [T]);
}

/// Edits a row and writes one of another result.
pub(super) trait EditRowWith<T>: Sync {
    fn edit_with(&self, index: usize, row: &mut [T], other: &mut [T]);
}

/// Row `index` of a matrix.
#[inline(always)]
pub(super) fn row<T>(values: &[T], index: usize, width: usize) -> &[T] {
    &values[index * width..(index + 1) * width]
}

/// Rows of a block of work.
fn block(rows: usize) -> usize {
    rows.div_ceil(8 * rayon::current_num_threads()).max(1)
}

/// Edits all rows.
pub(super) fn each_row<T: Send>(values: &mut [T], width: usize, kernel: &impl EditRow<T>) {
    if width == 0 {
        return;
    }
    let run = |first: usize, values: &mut [T]| {
        Arch::new().dispatch(Rows {
            first,
            values,
            width,
            kernel,
        });
    };
    if values.len() < PARALLEL || rayon::current_num_threads() == 1 {
        return run(0, values);
    }
    let block = block(values.len() / width);
    let blocks = values.par_chunks_mut(block * width).enumerate();
    blocks.for_each(|(index, values)| run(index * block, values));
}

/// Same as [`each_row`], with rows of another result.
pub(super) fn each_row_with<T: Send>(
    values: &mut [T],
    width: usize,
    others: &mut [T],
    other_width: usize,
    kernel: &impl EditRowWith<T>,
) {
    if width == 0 || other_width == 0 {
        return;
    }
    let run = |first: usize, values: &mut [T], others: &mut [T]| {
        Arch::new().dispatch(RowsWith {
            first,
            values,
            width,
            others,
            other_width,
            kernel,
        });
    };
    if values.len() < PARALLEL || rayon::current_num_threads() == 1 {
        return run(0, values, others);
    }
    let block = block(values.len() / width);
    let blocks = values.par_chunks_mut(block * width);
    let blocks = blocks.zip(others.par_chunks_mut(block * other_width));
    blocks
        .enumerate()
        .for_each(|(index, (values, others))| run(index * block, values, others));
}

struct Rows<'a, T, K> {
    first: usize,
    values: &'a mut [T],
    width: usize,
    kernel: &'a K,
}

impl<T, K: EditRow<T>> WithSimd for Rows<'_, T, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.values.chunks_exact_mut(self.width);
        for (index, row) in rows.enumerate() {
            self.kernel.edit(self.first + index, row);
        }
    }
}

struct RowsWith<'a, T, K> {
    first: usize,
    values: &'a mut [T],
    width: usize,
    others: &'a mut [T],
    other_width: usize,
    kernel: &'a K,
}

impl<T, K: EditRowWith<T>> WithSimd for RowsWith<'_, T, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.values.chunks_exact_mut(self.width);
        let rows = rows.zip(self.others.chunks_exact_mut(self.other_width));
        for (index, (row, other)) in rows.enumerate() {
            self.kernel.edit_with(self.first + index, row, other);
        }
    }
}
