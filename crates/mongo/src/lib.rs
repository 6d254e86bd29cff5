//! Documents of a live MongoDB collection, as raw BSON with a high-water mark.
