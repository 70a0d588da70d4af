"""MTCNN's P-Net over an image pyramid."""
