//! Raw documents of a validation API with known answers, calibrated to published figures.
