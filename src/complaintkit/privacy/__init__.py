"""Sealing, encryption and erasure of personal text: pure plans, no I/O. The store keeps what is planned here."""

from complaintkit.privacy.sealing import KEY_BYTES, VaultItem, commitment, fingerprint, key_item, key_ref, seal

__all__ = ["KEY_BYTES", "VaultItem", "commitment", "fingerprint", "key_item", "key_ref", "seal"]
