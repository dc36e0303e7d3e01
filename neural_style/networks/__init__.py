"""Where the network's numbers come from: files, the Hub, the embedded network, the verified cache."""
