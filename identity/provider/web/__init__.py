"""The provider's pages and lean protocol endpoints."""
