use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::scores::share;
use crate::molecule::Composition;

/// Shares of one property in generated molecules and in the data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// The property.
    pub property: &'static str,
    /// Its occurring values, in order.
    pub shares: Vec<Share>,
    /// Half the sum of the absolute differences: 0 for equal shares, 1 if there is no common value.
    pub total_variation: f64,
}

/// Shares of one value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The value.
    pub value: String,
    /// Its share in the generated molecules.
    pub generated: f64,
    /// Its share in the data.
    pub data: f64,
}

impl Distribution {
    pub(super) fn all(generated: &Composition, data: &Composition) -> Vec<Self> {
        let plain = |value: &usize| value.to_string();
        vec![
            Self::new(
                "heavy atoms",
                &generated.heavy_atoms,
                &data.heavy_atoms,
                plain,
            ),
            Self::new("bonds", &generated.bonds, &data.bonds, plain),
            Self::new("independent cycles", &generated.cycles, &data.cycles, plain),
            Self::new("element", &generated.elements, &data.elements, |element| {
                element.to_string()
            }),
            Self::new(
                "formal charge",
                &generated.charges,
                &data.charges,
                |charge| match charge {
                    0 => "0".into(),
                    charge => format!("{charge:+}"),
                },
            ),
            Self::new(
                "chirality",
                &generated.chiralities,
                &data.chiralities,
                |chirality| match chirality {
                    crate::molecule::Chirality::None => "none".into(),
                    crate::molecule::Chirality::CounterClockwise => "@".into(),
                    crate::molecule::Chirality::Clockwise => "@@".into(),
                },
            ),
            Self::new(
                "bond order",
                &generated.bond_orders,
                &data.bond_orders,
                |order| order.pairs().to_string(),
            ),
        ]
    }

    fn new<K: Ord>(
        property: &'static str,
        generated: &BTreeMap<K, usize>,
        data: &BTreeMap<K, usize>,
        name: impl Fn(&K) -> String,
    ) -> Self {
        let values: BTreeSet<&K> = generated.keys().chain(data.keys()).collect();
        let of = |counts: &BTreeMap<K, usize>, value: &K| {
            share(
                counts.get(value).copied().unwrap_or(0),
                counts.values().sum(),
            )
        };
        let shares: Vec<Share> = values
            .into_iter()
            .map(|value| Share {
                value: name(value),
                generated: of(generated, value),
                data: of(data, value),
            })
            .collect();
        let differences = shares
            .iter()
            .map(|share| (share.generated - share.data).abs());
        Self {
            property,
            total_variation: differences.sum::<f64>() / 2.0,
            shares,
        }
    }
}
