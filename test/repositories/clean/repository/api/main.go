package main

import (
	"log"
	"net/http"
)

func main() {
	if _, err := http.Get("https://api.payments.example.com/health"); err != nil {
		log.Fatal(err)
	}
}
