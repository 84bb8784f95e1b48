"""What all feeds share: the contract, the schedule, the door to the network."""
