"""Texts and sheets of files become trees and records that remember their lines."""
