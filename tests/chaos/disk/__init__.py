"""A disk that fails or fills up, and little memory: nothing leaves that is not recorded."""
