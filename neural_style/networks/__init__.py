"""The sources of the network's numbers: files, the Hub, the embedded network, the verified cache."""
