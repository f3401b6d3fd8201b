"""The data types of Weights & Biases: tables, images, histograms and others that can be logged."""
