/// The constructors of a network that draw its weights from the seed of its configuration, by means
/// of `try_init_with`.
macro_rules! seeded_init {
    ($config:ty => $network:ty) => {
        impl $config {
            /// Creates the network with weights drawn from the configured seed.
            ///
            /// # Errors
            /// Returns [`SettingError`](crate::SettingError) if α is not finite or not below 1.
            ///
            /// # Panics
            /// Panics in the same cases as [`try_init_with`](Self::try_init_with).
            pub fn try_init(
                &self,
                device: &burn::tensor::Device,
            ) -> Result<$network, $crate::SettingError> {
                use rand::SeedableRng;
                let mut rng = rand::rngs::ChaCha8Rng::seed_from_u64(self.seed);
                self.try_init_with(device, &mut rng)
            }

            /// Creates the network with weights drawn from the configured seed.
            ///
            /// # Panics
            /// Panics if α is not a slope ([`try_init`](Self::try_init) returns an error instead),
            /// and in the same cases as [`try_init_with`](Self::try_init_with).
            pub fn init(&self, device: &burn::tensor::Device) -> $network {
                match self.try_init(device) {
                    Ok(network) => network,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    };
}

pub(super) use seeded_init;
