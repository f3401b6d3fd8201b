// TrackingStore
